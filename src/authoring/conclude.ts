import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Engine } from "../engine/engine.ts";
import { assembleEvidence } from "../evidence/assemble.ts";
import { assembleOracle } from "../evidence/assemble-oracle.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { lostWritesFileName, renderLostWrites } from "../evidence/lost-writes.ts";
import { evidenceFileName, indexFiles, sha256OfFile, writeEvidence } from "../evidence/writer.ts";
import { judge } from "../judgement/judge.ts";
import { measure } from "../measurement/measure.ts";
import type { Reconciliation } from "../measurement/measurement.ts";
import type { RestoredReconciliation } from "../measurement/restored-copy.ts";
import { reconcile } from "../measurement/reconcile.ts";
import { renderReport } from "../report/report.ts";
import type { Survivor } from "../workload/ledger-entry.ts";
import { readLedger, type Ledger } from "../workload/ledger-reader.ts";
import { nothingCollected, type Collected } from "./collect.ts";
import { describeSurroundings, type OpenedRun } from "./open-run.ts";
import type { EarlyEnd } from "./run-scenario.ts";
import { proceduresBefore } from "./runbook-choice.ts";

export interface RunEnd {
  readonly run: OpenedRun;
  /** Why the story ended early, if it did. */
  readonly end?: EarlyEnd;
  readonly engine?: Engine;
  /** Left out where no workload was started. */
  readonly ledgerFile?: string;
  /** Name of the fault whose injection is t₀. */
  readonly faultTime?: string;
  readonly collected?: Collected;
}

/**
 * Measures, judges, and writes evidence and report. Nothing here touches the system.
 *
 * @throws What the story failed with, once its evidence is written.
 */
export async function conclude({
  run,
  end,
  engine,
  ledgerFile,
  faultTime,
  collected = nothingCollected,
}: RunEnd): Promise<Evidence> {
  const { outDirectory } = run.options;
  const events = [...run.timeline.events];
  const ledger = ledgerFile === undefined ? undefined : await readLedger(ledgerFile);
  const reconciliations = ledger === undefined ? [] : await reconcileStores(ledger, collected);
  const restored = ledger === undefined ? [] : await reconcileRestored(ledger, collected);
  const named = faultTime === undefined ? {} : { faultTime };
  const measured = measure({
    events,
    entries: ledger?.entries ?? [],
    ledgerComplete: ledger?.complete === true,
    reconciliations,
    restored,
    ...(collected.oracle === undefined ? {} : { oracle: collected.oracle }),
    ...named,
  });
  const judgement = judge({
    events,
    measured,
    reconciliations,
    integrity: collected.integrity,
    oracleContradictions: collected.oracle?.postgres?.contradictions ?? [],
    missing: collected.missing,
    ...(end?.kind === "failed" ? { harnessError: run.redact(messageOf(end.error)) } : {}),
    ...named,
  });
  const lostWrites = renderLostWrites(reconciliations);
  if (lostWrites !== undefined) await writeFile(join(outDirectory, lostWritesFileName), lostWrites);
  const surroundings = await surroundingsOf(run, engine);
  const evidence = assembleEvidence({
    events,
    judgement,
    measured,
    reconciliations,
    integrity: collected.integrity,
    oracle: assembleOracle(collected.oracle, measured),
    runbook: run.chosen.runbook,
    before: proceduresBefore(run.chosen),
    partial: [...collected.missing, ...surroundings.missing],
    files: await indexFiles(outDirectory),
    environment: surroundings.environment,
    selfTest: surroundings.selfTest,
  });
  await writeEvidence(outDirectory, evidence);
  const evidenceSha256 = await sha256OfFile(join(outDirectory, evidenceFileName));
  const report = await renderReport({ evidence, events, entries: ledger?.entries ?? [], evidenceSha256 });
  for (const [name, text] of Object.entries(report)) await writeFile(join(outDirectory, name), text);
  if (end?.kind === "failed") throw end.error;
  return evidence;
}

/** An engine that has died meanwhile takes its own description with it, and nothing else. */
async function surroundingsOf({ definition, runId }: OpenedRun, engine: Engine | undefined) {
  try {
    return { ...(await describeSurroundings(definition.system, runId, engine)), missing: [] };
  } catch (error) {
    const missing = [{ what: "engine and images", why: messageOf(error) }];
    return { ...(await describeSurroundings(definition.system, runId, undefined)), missing };
  }
}

async function reconcileStores(ledger: Ledger, { survivors }: Collected): Promise<Reconciliation[]> {
  return Promise.all(
    [...survivors].map(([store, found]) =>
      reconcile({ store, streams: ledger.header.streams, entries: [ledger.entries], survivors: [found] }),
    ),
  );
}

async function reconcileRestored(
  { entries, header }: Ledger,
  { restored, survivors: originals }: Collected,
): Promise<RestoredReconciliation[]> {
  return Promise.all(
    restored.map(async ({ service, store, survivors, target, databaseBytes }) => ({
      service,
      ...(databaseBytes === undefined ? {} : { databaseBytes }),
      ...(target === undefined
        ? {}
        : {
            recovery: {
              target,
              copy: ofTheRun(survivors),
              original: ofTheRun(originals.get(store) ?? []),
            },
          }),
      reconciliation: await reconcile({
        store,
        streams: header.streams,
        entries: [entries],
        survivors: [survivors],
      }),
    })),
  );
}

/** Data from before the run has negative ids. */
function ofTheRun(survivors: readonly Survivor[]): Survivor[] {
  return survivors.filter(({ id }) => id > 0);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
