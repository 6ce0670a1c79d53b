import { collectIntegrity } from "../integrity/collect-integrity.ts";
import type { IntegritySnapshot } from "../integrity/integrity-snapshot.ts";
import type { IntegrityCheck } from "../judgement/rule.ts";
import { observeNode, patientDeadlineMs } from "../probe/node-state.ts";
import { baseRun } from "../topology/base-data.ts";
import type { StartedTopology, StoreServer } from "../topology/started-topology.ts";
import type { StoreKind, Survivor } from "../workload/ledger-entry.ts";
import { integrityChecks } from "./integrity-checks.ts";
import type { RunInProgress } from "./run-in-progress.ts";
import { scanServer } from "./scan-stores.ts";

/** What a restored server holds. */
export interface RestoredServer {
  readonly store: StoreKind;
  readonly service: string;
  /** Every row or key of the run and of the data before it. */
  readonly survivors: readonly Survivor[];
  /** Held against the state of the store's primary before the backup. */
  readonly integrity: readonly IntegrityCheck[];
}

/** Looks whether a restored server answers, and puts what it found on the timeline. */
export async function observeRestored(run: RunInProgress, store: StoreKind, service: string): Promise<void> {
  const { topology, timeline } = run;
  const state = await observeNode(topology, composeServer(topology, store, service), patientDeadlineMs);
  const detail = state.reachable ? "it answers" : (state.detail ?? "it does not answer");
  timeline.record({ kind: "restore-observed", store, service, answers: state.reachable, detail });
  if (state.reachable) run.restored.set(store, service);
}

/** Reads every server that {@link observeRestored} found answering. */
export async function readRestored(run: RunInProgress): Promise<readonly RestoredServer[]> {
  const { topology, runId, baseState } = run;
  return Promise.all(
    [...run.restored].map(async ([store, service]) => {
      const server = composeServer(topology, store, service);
      const before = baseState?.get(store);
      const survivors = await scanServer(topology, server, [runId, baseRun]);
      const after = before === undefined ? undefined : await collectIntegrity(topology, server);
      const integrity =
        before === undefined || after === undefined
          ? []
          : integrityChecks(withoutOwnSettings(before), withoutOwnSettings(after)).map((check) => ({
              ...check,
              name: `${service}: ${check.name}`,
            }));
      return { store, service, survivors, integrity };
    }),
  );
}

/** A Compose service that holds a copy of a store. */
export function composeServer(topology: StartedTopology, store: StoreKind, service: string): StoreServer {
  const port = topology.system.nodes.find(({ engine }) => engine === store)?.port ?? 0;
  return {
    definition: { service, engine: store },
    directEndpoint: async () => (await topology.runningService(service))?.ports.get(port),
  };
}

/** Settings belong to the server that a copy is restored into; encoding and locale belong to the database. */
function withoutOwnSettings(snapshot: IntegritySnapshot): IntegritySnapshot {
  const { settings } = snapshot.checks;
  if (settings?.ran !== true) return snapshot;
  const objects = Object.fromEntries(
    Object.entries(settings.objects).filter(([name]) => name === "database"),
  );
  return { ...snapshot, checks: { ...snapshot.checks, settings: { ran: true, objects } } };
}
