import { setTimeout as pause } from "node:timers/promises";
import { proof } from "../src/authoring/proof.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { partition } from "../src/fault/partition.ts";
import { together } from "../src/fault/together.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { failover } from "./failover-story.ts";
import { databaseRunbook, replacing } from "./runbook-edits.ts";

const system = abtpro();

/** The corrected procedure under a document that promises more than it can keep. */
function promising(objective: string) {
  return {
    reference: databaseRunbook,
    edit: replacing("## Manual Failover\n", `## Objectives\n\n${objective}\n\n## Manual Failover\n`),
  };
}

export const shortRto = proof(
  "A document that promises an RTO under one second is refuted by a real failover",
  {
    system,
    runbook: promising("RTO < 1 second"),
    aftershock: false,
    expect: {
      verdict: "missed",
      codes: ["rto-exceeded"],
      without: ["rpo-exceeded", "not-recovered", "step-failed"],
    },
  },
  failover(killNode("postgres")),
);

/** How long replication is cut before the primary dies. */
const cutMs = 3000;
const inFlightMs = 500;

export const shortRpo = proof(
  "A document that promises an RPO under one second is refuted when replication was cut three seconds before",
  {
    system,
    runbook: promising("RTO < 15 minutes\n\nRPO < 1 second"),
    aftershock: false,
    expect: {
      verdict: "missed",
      codes: ["rpo-exceeded"],
      without: ["rto-exceeded", "divergent-write", "destroyed-later", "oracle-disagrees"],
      check: ({ measured }) => {
        const { rpoSeconds, lostWrites } = measured;
        // What was on its way when the link was cut still arrives, on a busy machine for a good while.
        const least = (cutMs - inFlightMs) / 1000;
        const plausible = rpoSeconds !== null && rpoSeconds >= least && rpoSeconds < cutMs / 1000 + 2;
        return plausible && (lostWrites ?? 0) > 50
          ? []
          : [
              `expected a loss of about ${cutMs} ms, got ${String(rpoSeconds)} s and ${String(lostWrites)} writes`,
            ];
      },
    },
  },
  async ({ workload, faults, operator, observe, signal }) => {
    await workload.establishBaseline();
    await faults.inject(partition({ from: "postgres-replica", to: "postgres" }));
    await pause(cutMs, undefined, { signal });
    const outage = await faults.inject(
      together(killNode("postgres"), partition({ from: "clients", to: "postgres" })),
    );
    await operator.follow();
    await observe.recovery();
    return { faultTime: outage };
  },
);
