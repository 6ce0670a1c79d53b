import type { Story } from "../src/authoring/scenario.ts";
import { restartNode } from "../src/fault/restart-node.ts";

/** The set-up and its proof by a restart of the replica. */
export function setUpAndRestart(replica: string): Story {
  return async ({ workload, faults, operator, observe }) => {
    await operator.prepare();
    await observe.replication();
    await workload.establishBaseline();
    await faults.inject(restartNode(replica));
    await observe.replication();
    return {};
  };
}
