import { setTimeout as delay } from "node:timers/promises";
import type { EngineClient } from "./engine-client.ts";

/** Before the engine is asked again after it ended the stream of events. */
const reconnectMs = 100;

/**
 * Tells when a container of the application ends, so that the direct clients lose their connections with it. The workload's own
 * thread listens, for a busy main thread would tell it late.
 *
 * @param onEnd with the container's id; with undefined when events may have been missed and every connection is in doubt.
 */
export async function watchApplication(
  engine: EngineClient,
  project: string,
  onEnd: (containerId: string | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  let missed = false;
  while (!signal.aborted) {
    try {
      await engine.followEvents(
        [`com.docker.compose.project=${project}`],
        ["die", "destroy"],
        () => {
          if (missed) onEnd(undefined);
        },
        (event) => onEnd(event.id),
        signal,
      );
    } catch {
      // The engine went away: everything that happened meanwhile is unknown, which the next opening makes good.
    }
    missed = true;
    await delay(reconnectMs, undefined, { signal }).catch(() => undefined);
  }
}
