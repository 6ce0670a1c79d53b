import type { Endpoint, StartedTopology } from "../topology/started-topology.ts";
import { failureDetail } from "./failure-detail.ts";
import { httpStatus } from "./http-status.ts";
import { repeatUntilDisposed } from "./repeat-until-disposed.ts";
import type { EventRecorder } from "./watch-nodes.ts";

/** Name of the probe on the timeline. */
export const healthProbe = "application-health";

/**
 * Asks the application's health endpoint all the time, as a load balancer would, and records a `probe-changed` whenever its answer
 * changed, the first answer included. Healthy is any status from 200 to 299.
 *
 * `everyMs`: from the start of one request to the next, default 250. `deadlineMs`: an answer later than this is none, default
 * 1,000.
 */
export function watchHealth(
  topology: StartedTopology,
  timeline: EventRecorder,
  { everyMs = 250, deadlineMs = 1_000 }: { readonly everyMs?: number; readonly deadlineMs?: number } = {},
): AsyncDisposable {
  const { service, port, healthPath } = topology.system.application.http;
  let endpoint: Endpoint | undefined;
  let last = "";
  return repeatUntilDisposed(everyMs, async () => {
    // A container that was created anew answers on another port: ask again after each failure, not each time.
    endpoint ??= (await topology.runningService(service))?.ports.get(port);
    const seen = await ask(endpoint, healthPath, deadlineMs);
    if (!seen.healthy) endpoint = undefined;
    const comparable = `${String(seen.healthy)} ${seen.detail}`;
    if (comparable === last) return;
    last = comparable;
    timeline.record({ kind: "probe-changed", probe: healthProbe, ...seen });
  });
}

async function ask(
  endpoint: Endpoint | undefined,
  path: string,
  deadlineMs: number,
): Promise<{ healthy: boolean; detail: string }> {
  if (endpoint === undefined) return { healthy: false, detail: "no container of the application answers" };
  try {
    const status = await httpStatus(endpoint, path, deadlineMs);
    return { healthy: status >= 200 && status < 300, detail: `HTTP ${status}` };
  } catch (error) {
    return { healthy: false, detail: failureDetail(error) };
  }
}
