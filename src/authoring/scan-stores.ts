import { HarnessError } from "../harness-error.ts";
import { baseRun } from "../topology/base-data.ts";
import type { StartedTopology, StoreServer } from "../topology/started-topology.ts";
import type { Survivor, StoreKind } from "../workload/ledger-entry.ts";
import { scanPostgres } from "../workload/survivors-postgres.ts";
import { scanRedis } from "../workload/survivors-redis.ts";
import type { ServingNodes } from "./serving-nodes.ts";

/** By store that something serves: every row or key of the run and of the data before it. */
export type StoreSurvivors = ReadonlyMap<StoreKind, readonly Survivor[]>;

/** PostgreSQL's code for a relation that is not there. */
const undefinedTable = "42P01";

/** Scans each store on the node that serves it, past every link. */
export async function scanStores(
  topology: StartedTopology,
  runId: string,
  serving: ServingNodes,
): Promise<StoreSurvivors> {
  const scans = [...serving].map(
    async ([store, node]) => [store, await scanServer(topology, node, [runId, baseRun])] as const,
  );
  return new Map(await Promise.all(scans));
}

/** Every row or key of these runs that a server holds. */
export async function scanServer(
  topology: StartedTopology,
  server: StoreServer,
  runs: readonly string[],
): Promise<readonly Survivor[]> {
  const endpoint = await server.directEndpoint();
  const { postgres, redis } = topology.system.stores;
  const { service, engine } = server.definition;
  if (endpoint !== undefined && engine === "postgres" && postgres !== undefined) {
    const password = topology.credential(postgres.adminPasswordCredential);
    const rows = scanPostgres({
      endpoint,
      user: postgres.adminUser,
      password,
      database: postgres.database,
      scan: postgres.scan,
      runs,
    });
    return gather(rows).catch(nothingWithoutTable);
  }
  if (endpoint !== undefined && engine === "redis" && redis !== undefined) {
    const password = topology.credential(redis.passwordCredential);
    return gather(
      scanRedis({ endpoint, password, keyPattern: redis.keyPattern, listPattern: redis.listPattern, runs }),
    );
  }
  throw new HarnessError(
    `Expected to scan ${service}, which served a moment ago, but its container does not run; run the drill again.`,
    {
      code: "node-not-scanned",
      exitStatus: 70,
    },
  );
}

/** Of a table that is gone nothing survived: a finding of its own, and no scan that failed. */
function nothingWithoutTable(error: unknown): readonly Survivor[] {
  if (error instanceof Error && "code" in error && error.code === undefinedTable) return [];
  throw error;
}

async function gather(batches: AsyncIterable<readonly Survivor[]>): Promise<readonly Survivor[]> {
  const survivors: Survivor[] = [];
  for await (const batch of batches) for (const survivor of batch) survivors.push(survivor);
  return survivors;
}
