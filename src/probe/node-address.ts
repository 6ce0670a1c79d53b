import { HarnessError } from "../harness-error.ts";
import type { Endpoint, StartedNode, StartedTopology, StoreServer } from "../topology/started-topology.ts";
import type { PostgresAddress } from "./postgres-session.ts";
import type { RedisAddress } from "./redis-session.ts";

/** The administrator's session on a PostgreSQL node, past every link. */
export function postgresAddress(topology: StartedTopology, endpoint: Endpoint): PostgresAddress {
  const store = topology.system.stores.postgres;
  if (store === undefined) throw storeMissing("postgres");
  return {
    ...endpoint,
    user: store.adminUser,
    password: topology.credential(store.adminPasswordCredential),
    database: store.database,
  };
}

/** The administrator's session on a Redis node, past every link. */
export function redisAddress(topology: StartedTopology, endpoint: Endpoint): RedisAddress {
  const store = topology.system.stores.redis;
  if (store === undefined) throw storeMissing("redis");
  return { ...endpoint, password: topology.credential(store.passwordCredential) };
}

/** The started node of a service. */
export function nodeOf(topology: StartedTopology, service: string): StartedNode {
  const node = topology.nodes.get(service);
  if (node !== undefined) return node;
  throw new HarnessError(
    `Expected a node named ${service}, found only ${[...topology.nodes.keys()].join(", ")}; name one of these.`,
    { code: "node-not-found", exitStatus: 70 },
  );
}

/** Where a server that has to run is reached, past every link. */
export async function endpointOf(server: StoreServer): Promise<Endpoint> {
  const endpoint = await server.directEndpoint();
  if (endpoint === undefined) throw new Error(`${server.definition.service} does not run`);
  return endpoint;
}

function storeMissing(store: string): HarnessError {
  return new HarnessError(
    `Expected the system to define its ${store} store, for it has ${store} nodes, found no definition; add it to its stores.`,
    { code: "store-not-defined", exitStatus: 70 },
  );
}
