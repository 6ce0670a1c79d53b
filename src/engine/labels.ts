import { harnessIdentity } from "./harness-identity.ts";

/** On every container, network and volume of a run; its value is the run's id. Clean-up finds what to remove by it. */
export const runLabel = "drill.run";

/** Which process the run belongs to, so that `drill clean` leaves alone what another process is still using. */
export const harnessLabel = "drill.harness";

/** The labels of everything that this process starts for the run. */
export function runLabels(runId: string): Record<string, string> {
  return { [runLabel]: runId, [harnessLabel]: harnessIdentity() };
}
