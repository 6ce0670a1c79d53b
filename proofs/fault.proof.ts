import { setTimeout as pause } from "node:timers/promises";
import { proof } from "../src/authoring/proof.ts";
import type { Fault } from "../src/fault/fault.ts";
import { partition } from "../src/fault/partition.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { failover } from "./failover-story.ts";
import { replacing } from "./runbook-edits.ts";

const system = abtpro();

const nothing: Fault = {
  name: "nothing(postgres)",
  targets: ["postgres"],
  transient: false,
  blastRadius: "none",
  inject: () =>
    Promise.resolve({
      fault: nothing,
      observe: () => Promise.resolve({ inForce: false, detail: "postgres runs" }),
      lift: () => Promise.resolve(),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }),
};

/** A procedure that does nothing but look whether service is there. */
const onlyVerifies = {
  reference: "runbooks/database-failover.md#5-verify-writes",
  edit: replacing("# Failover of the PostgreSQL primary", "# Only a look at the PostgreSQL primary"),
};

export const idleFault = proof(
  "A fault that did nothing makes the run inconclusive, however well it went",
  {
    system,
    runbook: onlyVerifies,
    short: true,
    expect: { verdict: "inconclusive", codes: ["fault-not-observed"] },
  },
  failover(nothing),
);

export const selfHealing = proof(
  "An outage that healed by itself proves nothing",
  {
    system,
    runbook: onlyVerifies,
    expect: { verdict: "inconclusive", codes: ["healed-by-itself"], without: ["not-recovered"] },
  },
  async ({ workload, faults, operator, observe, signal }) => {
    await workload.establishBaseline();
    const outage = await faults.inject(partition({ from: "clients", to: "postgres" }));
    await pause(3000, undefined, { signal });
    // Lifted past the run: as a switch that came back, not as an act of the story.
    await outage.lift();
    await operator.follow();
    await observe.recovery();
    return { faultTime: outage };
  },
);
