import { collectIntegrity } from "../integrity/collect-integrity.ts";
import type { IntegritySnapshot } from "../integrity/integrity-snapshot.ts";
import { copyName } from "../measurement/restored-copy.ts";
import type { IntegrityCheck } from "../judgement/rule.ts";
import { databaseBytes } from "../probe/database-size.ts";
import { observeNode, patientDeadlineMs } from "../probe/node-state.ts";
import { baseRun } from "../topology/base-data.ts";
import type { StartedTopology, StoreServer } from "../topology/started-topology.ts";
import type { StoreKind, Survivor } from "../workload/ledger-entry.ts";
import { integrityChecks } from "./integrity-checks.ts";
import type { RunInProgress } from "./run-in-progress.ts";
import { scanServer } from "./scan-stores.ts";

/** What a restored server held when the runbook was over. */
export interface RestoredServer {
  readonly store: StoreKind;
  readonly service: string;
  /** The instant to which it was to be recovered, by the database server's clock; undefined for the state of a backup. */
  readonly target?: string;
  /** Every row or key of the run and of the data before it. */
  readonly survivors: readonly Survivor[];
  /** Held against the state of the store's primary before the backup. */
  readonly integrity: readonly IntegrityCheck[];
  /** PostgreSQL: bytes that the database takes, indexes included. */
  readonly databaseBytes?: number;
}

/**
 * Looks whether a restored server answers, puts what it found on the timeline, and reads what it holds: the next restore may go
 * into the same server.
 */
export async function observeRestored(
  run: RunInProgress,
  store: StoreKind,
  service: string,
  target?: string,
): Promise<void> {
  const { topology, timeline } = run;
  const server = composeServer(topology, store, service);
  const state = await observeNode(topology, server, patientDeadlineMs);
  const detail = state.reachable ? "it answers" : (state.detail ?? "it does not answer");
  const named = target === undefined ? {} : { target };
  timeline.record({ kind: "restore-observed", store, service, ...named, answers: state.reachable, detail });
  if (!state.reachable) return;
  try {
    run.restored.push({ store, service, ...named, ...(await readRestored(run, store, server, target)) });
  } catch (error) {
    const why = run.redact(error instanceof Error ? error.message : String(error));
    run.unread.push({ what: `restored copy in ${service}`, why });
  }
}

async function readRestored(
  { topology, runId, baseState }: RunInProgress,
  store: StoreKind,
  server: StoreServer,
  target: string | undefined,
): Promise<Pick<RestoredServer, "survivors" | "integrity" | "databaseBytes">> {
  const before = baseState?.get(store);
  const endpoint = store === "postgres" ? await server.directEndpoint() : undefined;
  const survivors = await scanServer(topology, server, [runId, baseRun]);
  const size = endpoint === undefined ? {} : { databaseBytes: await databaseBytes(topology, endpoint) };
  if (before === undefined) return { survivors, integrity: [], ...size };
  const after = await collectIntegrity(topology, server);
  const { service } = server.definition;
  const copy = copyName({ service, ...(target === undefined ? {} : { target }) });
  const integrity = integrityChecks(withoutOwnSettings(before), withoutOwnSettings(after)).map((check) => ({
    ...check,
    name: `${copy}: ${check.name}`,
  }));
  return { survivors, integrity, ...size };
}

/** A Compose service that holds a copy of a store. */
export function composeServer(topology: StartedTopology, store: StoreKind, service: string): StoreServer {
  const port = topology.system.nodes.find(({ engine }) => engine === store)?.port ?? 0;
  return {
    definition: { service, engine: store },
    directEndpoint: async () => (await topology.runningService(service))?.ports.get(port),
  };
}

/**
 * Settings belong to the server that a copy is restored into; encoding and locale belong to the database. The users of Redis are
 * settings, too.
 */
function withoutOwnSettings(snapshot: IntegritySnapshot): IntegritySnapshot {
  if (snapshot.store === "redis") {
    const own = ["settings", "users"];
    const ofData = Object.entries(snapshot.checks).filter(([name]) => !own.includes(name));
    return { ...snapshot, checks: Object.fromEntries(ofData) };
  }
  const { settings } = snapshot.checks;
  if (settings?.ran !== true) return snapshot;
  const objects = Object.fromEntries(
    Object.entries(settings.objects).filter(([name]) => name === "database"),
  );
  return { ...snapshot, checks: { ...snapshot.checks, settings: { ran: true, objects } } };
}
