import { HarnessError } from "../harness-error.ts";
import { postgresAddress, redisAddress } from "../probe/node-address.ts";
import { withPostgres } from "../probe/postgres-session.ts";
import { withRedis } from "../probe/redis-session.ts";
import { baseRun } from "../topology/base-data.ts";
import type { StartedTopology, StoreServer } from "../topology/started-topology.ts";
import type { RedisStoreDefinition } from "../topology/system-definition.ts";
import { collectPostgresIntegrity } from "./collect-postgres.ts";
import { collectRedisIntegrity, type RedisIntegrityOptions } from "./collect-redis.ts";
import type { IntegritySnapshot } from "./integrity-snapshot.ts";

export interface IntegrityOptions {
  /**
   * Nothing writes between the two snapshots, so that the tables that the system names, or all keys, are digested too. Default
   * false: base data only, and the ledger tells what became of the rest.
   */
  readonly quiet?: boolean;
  /** How long collecting may take, in milliseconds. Default 120,000. */
  readonly deadlineMs?: number;
}

/**
 * Collects the state of one server, which has to take writes, over its own port.
 *
 * Throws a {@link HarnessError} with status 70 when the node does not answer at all; what fails on a node that answers is part of
 * the snapshot.
 */
export async function collectIntegrity(
  topology: StartedTopology,
  node: StoreServer,
  { quiet = false, deadlineMs = 120_000 }: IntegrityOptions = {},
): Promise<IntegritySnapshot> {
  const { service, engine } = node.definition;
  const { postgres, redis } = topology.system.stores;
  const endpoint = await node.directEndpoint();
  if (endpoint === undefined) throw unreachable(service, "its container does not run");
  try {
    if (engine === "postgres") {
      const baseData = postgres === undefined ? {} : { baseData: { scan: postgres.scan, run: baseRun } };
      const tables = quiet ? (postgres?.tables ?? []) : [];
      return await withPostgres(postgresAddress(topology, endpoint), deadlineMs, (client) =>
        collectPostgresIntegrity(client, { node: service, ...baseData, tables }),
      );
    }
    const baseData = redis === undefined ? {} : { baseData: baseDataOf(redis) };
    return await withRedis(redisAddress(topology, endpoint), deadlineMs, (client) =>
      collectRedisIntegrity(client, { node: service, ...baseData, everyKey: quiet }),
    );
  } catch (error) {
    throw unreachable(service, error instanceof Error ? error.message : String(error), error);
  }
}

function baseDataOf({
  constantData,
  keyPattern,
}: RedisStoreDefinition): NonNullable<RedisIntegrityOptions["baseData"]> {
  const constant = constantData === undefined ? {} : { constantGlob: constantData.glob };
  return { keyPattern, run: baseRun, ...constant };
}

function unreachable(service: string, reason: string, cause?: unknown): HarnessError {
  return new HarnessError(
    `Expected to collect the state of ${service}, but ${reason}; collect it while the node serves.`,
    { code: "integrity-not-collected", exitStatus: 70, cause },
  );
}
