import { proof } from "../src/authoring/proof.ts";
import type { Evidence } from "../src/evidence/evidence.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { failover } from "./failover-story.ts";
import { documentedDatabase, documentedRedis } from "./runbook-edits.ts";

const options = { system: abtpro(), aftershock: false };

/** Nothing brings service back: what comes late would come within this. */
const withinMs = 15_000;

/** Outcome by step, in the order of the document. */
function outcomes(expected: Readonly<Record<string, string>>) {
  return ({ steps }: Evidence): string[] => {
    const found = Object.fromEntries(steps.map(({ id, outcome }) => [id, outcome]));
    return JSON.stringify(found) === JSON.stringify(expected)
      ? []
      : [`expected the outcomes ${JSON.stringify(expected)}, got ${JSON.stringify(found)}`];
  };
}

export const documentedDatabaseFailover = proof(
  "The documented database failover fails line by line, and the report names each",
  {
    ...options,
    runbook: documentedDatabase,
    short: true,
    expect: {
      verdict: "missed",
      codes: ["step-failed", "step-no-effect", "application-on-old-url", "not-recovered"],
      without: ["step-timed-out", "step-waited-for-input"],
      messages: [/\.env/, /root/, /abtuser/],
      check: outcomes({ 1: "failed", 2: "failed", 3: "no-effect", 4: "succeeded", 5: "failed" }),
    },
  },
  failover(killNode("postgres"), { withinMs }),
);

export const documentedRedisFailover = proof(
  "The documented Redis failover fails line by line, and the report names each",
  {
    ...options,
    runbook: documentedRedis,
    expect: {
      verdict: "missed",
      codes: ["step-printed-error", "step-no-effect", "not-recovered", "nothing-verified"],
      messages: [/NOAUTH/, /\.env/],
      check: outcomes({ 1: "failed", 2: "failed", 3: "no-effect", 4: "succeeded" }),
    },
  },
  failover(killNode("redis"), { withinMs }),
);
