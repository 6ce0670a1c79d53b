import { proof } from "../src/authoring/proof.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { failover } from "./failover-story.ts";
import { promising } from "./runbook-edits.ts";

const system = abtpro();

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
