import { resolveImage } from "../engine/images.ts";
import { redisAddress } from "../probe/node-address.ts";
import { parseRedisInfo } from "../probe/redis-info.ts";
import { withRedis } from "../probe/redis-session.ts";
import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import type { StoreKind } from "../workload/ledger-entry.ts";
import type { WalArchive } from "./archived-wal.ts";
import { collectPostgresOracle } from "./collect-postgres.ts";
import { collectRedisOracle } from "./collect-redis.ts";
import type { OracleEvidence, RedisHistory } from "./oracle-evidence.ts";
import { redisHistory } from "./redis-history.ts";
import type { RunStart } from "./run-start.ts";

/** How long a Redis server may take to tell its history, in milliseconds; the dead one never does. */
const historyDeadlineMs = 1_000;

/**
 * Collects the second source of every figure: commit records and timeline history from the volumes of all PostgreSQL nodes,
 * applied writes from those of all Redis nodes. To be called after the writers stopped and before anything is lifted or removed.
 */
export async function collectOracle(topology: StartedTopology, start: RunStart): Promise<OracleEvidence> {
  const [postgres, redis] = await Promise.all([collectPostgres(topology, start), collectRedis(topology)]);
  return {
    ...(postgres === undefined ? {} : { postgres }),
    ...(redis === undefined ? {} : { redis }),
  };
}

async function collectPostgres(
  topology: StartedTopology,
  start: RunStart,
): Promise<OracleEvidence["postgres"]> {
  const nodes = nodesOf(topology, "postgres");
  const [first] = nodes;
  if (first === undefined || start.postgres === undefined) return undefined;
  const { docker, runId } = topology;
  const image = await resolveImage(docker, first.definition.image);
  const archive = await archiveOf(topology, nodes);
  return collectPostgresOracle(
    { docker, runId, image, nodes: nodes.map(volumeOf), ...(archive === undefined ? {} : { archive }) },
    start.postgres,
  );
}

/** Any server that runs can ask the archive. */
async function archiveOf(
  { system }: StartedTopology,
  nodes: readonly StartedNode[],
): Promise<WalArchive | undefined> {
  const archive = system.stores.postgres?.archive;
  if (archive === undefined) return undefined;
  for (const node of nodes) {
    if ((await node.directEndpoint()) !== undefined) return { ...archive, containerName: node.containerName };
  }
  return undefined;
}

async function collectRedis(topology: StartedTopology): Promise<OracleEvidence["redis"]> {
  const nodes = nodesOf(topology, "redis");
  const [first] = nodes;
  const store = topology.system.stores.redis;
  if (first === undefined || store === undefined) return undefined;
  const { docker, runId } = topology;
  const [image, histories] = await Promise.all([
    resolveImage(docker, first.definition.image),
    Promise.all(nodes.map((node) => readHistory(topology, node).catch(() => undefined))),
  ]);
  const volumes = nodes.map((node, index) => {
    const history = histories[index];
    return { ...volumeOf(node), ...(history === undefined ? {} : { history }) };
  });
  return collectRedisOracle({ docker, runId, image, nodes: volumes, keyPattern: store.keyPattern });
}

async function readHistory(topology: StartedTopology, node: StartedNode): Promise<RedisHistory | undefined> {
  const endpoint = await node.directEndpoint();
  if (endpoint === undefined) return undefined;
  return withRedis(redisAddress(topology, endpoint), historyDeadlineMs, async (redis) =>
    redisHistory(parseRedisInfo(await redis.info("replication"))),
  );
}

function nodesOf(topology: StartedTopology, engine: StoreKind): StartedNode[] {
  return [...topology.nodes.values()].filter(({ definition }) => definition.engine === engine);
}

function volumeOf({ definition, volumeName }: StartedNode): { node: string; volume: string } {
  return { node: definition.service, volume: volumeName };
}
