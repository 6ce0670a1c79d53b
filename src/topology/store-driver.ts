import { HarnessError } from "../harness-error.ts";
import type { StoreKind } from "../workload/ledger-entry.ts";
import { baseDataOf } from "./base-data.ts";
import type { Credentials } from "./credentials.ts";
import { seedPostgres, whyNotStreaming, withAdministrator, writtenUpTo } from "./postgres-readiness.ts";
import { contentOf, seedRedis, whyNotSynced, withRedisNode } from "./redis-readiness.ts";
import type { Endpoint } from "./started-topology.ts";
import type { SystemDefinition } from "./system-definition.ts";

/** What starting a node needs to know of its kind of store. */
export interface StoreDriver {
  /** The replica's own command waits for its primary, so that both can start at once. */
  readonly replicaWaits: boolean;
  /** Rejects unless the server serves a session of the administrator. */
  answers(endpoint: Endpoint): Promise<void>;
  /** Fills in the data that is there before the run. */
  seed(primary: Endpoint): Promise<void>;
  /** Asks the primary what it has now. What this gives is undefined once the replica is connected and has that too. */
  replicationCheck(primary: Endpoint): Promise<(replica: Endpoint) => Promise<string | undefined>>;
}

export function storeDriver(
  system: SystemDefinition,
  kind: StoreKind,
  credentials: Credentials,
): StoreDriver {
  return kind === "postgres" ? postgresDriver(system, credentials) : redisDriver(system, credentials);
}

function postgresDriver(system: SystemDefinition, credentials: Credentials): StoreDriver {
  const store = system.stores.postgres ?? missing("postgres");
  const access = { store, password: credentials.valueOf(store.adminPasswordCredential) };
  return {
    replicaWaits: true,
    answers: (endpoint) =>
      withAdministrator(access, endpoint, (client) => client.query("SELECT 1")).then(() => undefined),
    seed: (primary) => seedPostgres(access, primary, baseDataOf(system).postgres),
    async replicationCheck(primary) {
      const written = await writtenUpTo(access, primary);
      return (replica) => whyNotStreaming(access, written, replica);
    },
  };
}

function redisDriver(system: SystemDefinition, credentials: Credentials): StoreDriver {
  const store = system.stores.redis ?? missing("redis");
  const access = { store, password: credentials.valueOf(store.passwordCredential) };
  return {
    // A replica that finds nobody looks again only a second later.
    replicaWaits: false,
    answers: (endpoint) => withRedisNode(access, endpoint, (redis) => redis.ping()).then(() => undefined),
    seed: (primary) => seedRedis(access, primary, baseDataOf(system).redis),
    async replicationCheck(primary) {
      const content = await contentOf(access, primary);
      return (replica) => whyNotSynced(access, content, replica);
    },
  };
}

function missing(kind: StoreKind): never {
  throw new HarnessError(
    `Expected the system to define its ${kind} store, for it has ${kind} nodes, found no definition; add it to its stores.`,
    { code: "store-not-defined", exitStatus: 65 },
  );
}
