import type Docker from "dockerode";
import { compose } from "./start-operator.ts";
import { findRunningService } from "./running-service.ts";
import type { StartedOperator } from "./started-topology.ts";
import type { ApplicationDefinition } from "./system-definition.ts";
import { waitUntil } from "./wait-until.ts";

/** Creates the application as the operations team does: with Compose, in the deployment checkout. */
export async function createApplication(
  docker: Docker,
  operator: StartedOperator,
  application: ApplicationDefinition,
): Promise<void> {
  await compose(docker, operator, ["up", "--detach", ...application.services]);
}

/** Waits until the application says of itself that it is healthy. */
export async function applicationHealthy(
  docker: Docker,
  project: string,
  { http }: ApplicationDefinition,
  signal: AbortSignal,
  deadlineMs = 30_000,
): Promise<void> {
  await waitUntil({ what: `${http.service} to be healthy`, deadlineMs, signal }, async () => {
    const running = await findRunningService(docker, project, http.service);
    const endpoint = running?.ports.get(http.port);
    if (endpoint === undefined) return "no container that publishes its port";
    const answer = await fetch(`http://${endpoint.host}:${endpoint.port}${http.healthPath}`, {
      signal: AbortSignal.timeout(5_000),
    });
    const body = await answer.text();
    return answer.ok ? undefined : `status ${answer.status} ${body}`;
  });
}
