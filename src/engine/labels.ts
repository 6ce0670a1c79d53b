import { harnessIdentity } from "./harness-identity.ts";

/** On every container, network and volume of a run; its value is the run's id. Clean-up finds what to remove by it. */
export const runLabel = "drill.run";

/** Which process the run belongs to, so that `drill clean` leaves alone what another process is still using. */
export const harnessLabel = "drill.harness";

/**
 * What a container or network of a run is for: `node`, `service`, `toxiproxy` or `operator`. The application's containers have none,
 * nor have the networks that the operator may know. The fence hides parts by it.
 */
export const roleLabel = "drill.role";

/** On a Toxiproxy: the service whose links it holds. */
export const linkLabel = "drill.link";

/** The labels of everything that this process starts for the run. */
export function runLabels(runId: string): Record<string, string> {
  return { [runLabel]: runId, [harnessLabel]: harnessIdentity() };
}
