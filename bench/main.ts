import { markdownTable } from "markdown-table";
import { prepareEngine } from "../src/engine/prepare-engine.ts";
import { measureBackupProof } from "./backup-proof.ts";
import type { BenchRow } from "./bench-row.ts";
import { measureDigest } from "./digest.ts";
import { measureDump } from "./dump.ts";
import { measureLateness } from "./lateness.ts";
import { measureLedger } from "./ledger.ts";
import { measureMemory } from "./memory.ts";
import { measureReconcile } from "./reconcile.ts";
import { measureRecoveryInstant } from "./recovery-instant.ts";
import { measureRestore } from "./restore.ts";
import { measureStep } from "./step.ts";
import { measureTopology } from "./topology.ts";

/** Every measurement by name; `npm run bench -- NAME …` runs only those. */
const measurements: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  ledger: measureLedger,
  lateness: measureLateness,
  "recovery-instant": measureRecoveryInstant,
  reconcile: measureReconcile,
  topology: measureTopology,
  step: measureStep,
  memory: measureMemory,
  dump: measureDump,
  restore: measureRestore,
  digest: measureDigest,
  "backup-proof": measureBackupProof,
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in measurements));
if (unknown.length > 0) {
  process.stderr.write(
    `No measurement ${unknown.join(", ")}: there are ${Object.keys(measurements).join(", ")}.\n`,
  );
  process.exit(64);
}

await prepareEngine();
const rows: BenchRow[] = [];
for (const [name, measure] of Object.entries(measurements)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  process.stderr.write(`measuring ${name} …\n`);
  rows.push(...(await measure()));
}

process.stdout.write(
  `${markdownTable([
    ["job", "by hand", "here", "ratio", "target", "met"],
    ...rows.map(({ job, byHand, here, ratio, target, met }) => [
      job,
      byHand,
      here,
      `${ratio.toFixed(2)}×`,
      target,
      met ? "yes" : "NO",
    ]),
  ])}\n`,
);
