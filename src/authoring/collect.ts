import type { IntegrityCheck } from "../judgement/rule.ts";
import { collectIntegrity } from "../integrity/collect-integrity.ts";
import { collectOracle } from "../oracle/collect-oracle.ts";
import type { OracleEvidence } from "../oracle/oracle-evidence.ts";
import { recordContainers } from "./container-records.ts";
import { integrityChecks, uncheckedStore } from "./integrity-checks.ts";
import type { RunInProgress } from "./run-in-progress.ts";
import type { RestoredServer } from "./restored-servers.ts";
import { scanStores, type StoreSurvivors } from "./scan-stores.ts";
import { servingNodes, type ServingNodes } from "./serving-nodes.ts";

/** What a run left behind, read from the servers and their volumes after the writers stopped. */
export interface Collected {
  /** By store that something serves: every row or key of the run and of the data before it. */
  readonly survivors: StoreSurvivors;
  readonly integrity: readonly IntegrityCheck[];
  /** By service into which the runbook was to restore a store, and that answered: what it holds. */
  readonly restored: readonly RestoredServer[];
  readonly oracle?: OracleEvidence;
  /** What could not be collected, and why. */
  readonly missing: readonly { readonly what: string; readonly why: string }[];
}

/** Of a run that started no system. */
export const nothingCollected: Collected = { survivors: new Map(), integrity: [], restored: [], missing: [] };

/** Stops the writers and collects. A part that can't be collected is missing, and keeps none of the others from being collected. */
export async function collect(run: RunInProgress): Promise<Collected> {
  const { timeline, topology, options } = run;
  timeline.record({ kind: "phase-started", phase: "collection" });
  const missing: { what: string; why: string }[] = [...run.unread];
  const attempt = async <T>(what: string, collecting: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await collecting();
    } catch (error) {
      missing.push({ what, why: run.redact(error instanceof Error ? error.message : String(error)) });
      return undefined;
    }
  };
  if (run.workload !== undefined) {
    await attempt("ledger", async () => run.workload?.stop());
    timeline.record({ kind: "workload-stopped" });
  }
  const serving = servingNodes(topology);
  const [survivors, integrity, oracle] = await Promise.all([
    run.workload === undefined
      ? undefined
      : attempt("survivors", async () => scanStores(topology, run.runId, await serving)),
    attempt("integrity", async () => compareWithBase(run, await serving)),
    attempt("oracle", async () =>
      run.runStart === undefined ? undefined : collectOracle(topology, run.runStart),
    ),
    attempt("logs of the containers", () =>
      recordContainers(topology.docker, run.runId, options.outDirectory, run.redact),
    ),
  ]);
  return {
    survivors: survivors ?? nothingCollected.survivors,
    integrity: [...(integrity ?? []), ...run.restored.flatMap((copy) => copy.integrity)],
    restored: run.restored,
    ...(oracle === undefined ? {} : { oracle }),
    missing,
  };
}

async function compareWithBase(
  { baseState, topology }: RunInProgress,
  serving: ServingNodes,
): Promise<readonly IntegrityCheck[]> {
  if (baseState === undefined) return [];
  const checks = await Promise.all(
    [...baseState].map(async ([store, before]) => {
      const node = serving.get(store);
      if (node === undefined) return [uncheckedStore(before, "no node serves it")];
      return integrityChecks(before, await collectIntegrity(topology, node));
    }),
  );
  return checks.flat();
}
