import { setTimeout as pause } from "node:timers/promises";
import { proof } from "../src/authoring/proof.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { partition } from "../src/fault/partition.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { sqlOn } from "./planting.ts";
import { promising } from "./runbook-edits.ts";

/** Long enough for a hundred writes that the replica never receives. */
const cutMs = 2000;
const inFlightMs = 500;

/** Longer than any client's deadline: what was on its way has arrived or never will. */
const quietMs = 2500;

let known = Number.NaN;

export const exactLoss = proof(
  "A known number of writes that were cut off from the replica is reported exactly, and refutes an RPO under one second",
  {
    system: abtpro(),
    runbook: promising("RTO < 15 minutes\n\nRPO < 1 second"),
    aftershock: false,
    expect: {
      verdict: "missed",
      codes: ["rpo-exceeded"],
      without: ["rto-exceeded", "divergent-write", "destroyed-later", "oracle-disagrees"],
      check: ({ losses, measured: { rpoSeconds } }) => {
        const found = losses.find(({ store }) => store === "postgres")?.atFailover;
        // What was on its way when the link was cut still arrives, on a busy machine for a good while.
        const seconds = [(cutMs - inFlightMs) / 1000, cutMs / 1000 + 2] as const;
        const plausible = rpoSeconds !== null && rpoSeconds >= seconds[0] && rpoSeconds < seconds[1];
        return found === known && known > 50 && plausible
          ? []
          : [
              `the servers differed in ${known} writes of ${cutMs} ms, and ${String(found)} of ${String(rpoSeconds)} s were reported lost at failover`,
            ];
      },
    },
  },
  async ({ workload, faults, operator, observe, topology, runId, signal }) => {
    await workload.establishBaseline();
    await faults.inject(partition({ from: "postgres-replica", to: "postgres" }));
    await pause(cutMs, undefined, { signal });
    // Only what is sent to the node is lost: whatever it had committed by then, its clients learn of.
    const outage = await faults.inject(partition({ from: "clients", to: "postgres", direction: "upstream" }));
    await pause(quietMs, undefined, { signal });
    const idsOn = async (service: string) => {
      const rows = await sqlOn<{ client_id: string }>(
        topology,
        service,
        "select client_id from public.tradelog where run = $1",
        [runId],
      );
      return new Set(rows.map((row) => row.client_id));
    };
    const [primary, replica] = await Promise.all([idsOn("postgres"), idsOn("postgres-replica")]);
    known = [...primary].filter((id) => !replica.has(id)).length;
    await faults.inject(killNode("postgres"));
    await operator.follow();
    await observe.recovery();
    return { faultTime: outage };
  },
);
