import type { ApplicationTarget } from "../timeline/event.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import type { StoreKind } from "../workload/ledger-entry.ts";
import { serviceAtAddress } from "./compose-containers.ts";
import { nodeDeadlineMs } from "./node-state.ts";
import { releaseBackend, withPostgres, type PostgresAddress } from "./postgres-session.ts";
import { commitSql, probeKey } from "./probe-objects.ts";
import { withRedis, type RedisAddress } from "./redis-session.ts";
import { parseStoreUrl, postgresAddressOf, redisAddressOf } from "./store-url.ts";

/**
 * Where each running application service finds its stores: the host in the URL of its environment, the node that answers there when
 * one dials it as the application would and with the application's credentials, and whether that node commits a write of it.
 */
export async function observeApplicationTargets(
  topology: StartedTopology,
  deadlineMs = nodeDeadlineMs,
): Promise<ApplicationTarget[]> {
  const { application, stores } = topology.system;
  const variables: [StoreKind, string][] = [];
  if (stores.postgres !== undefined) variables.push(["postgres", stores.postgres.url.variable]);
  if (stores.redis !== undefined) variables.push(["redis", stores.redis.url.variable]);
  const targets = await Promise.all(
    application.services.map(async (service) => {
      const environment = (await topology.runningService(service))?.environment ?? {};
      const urls = variables.flatMap(([store, variable]) => {
        const text = environment[variable];
        return text === undefined ? [] : [{ store, text }];
      });
      return Promise.all(
        urls.map(({ store, text }) => observeTarget(topology, service, store, text, deadlineMs)),
      );
    }),
  );
  return targets.flat();
}

async function observeTarget(
  topology: StartedTopology,
  service: string,
  store: StoreKind,
  text: string,
  deadlineMs: number,
): Promise<ApplicationTarget> {
  const url = parseStoreUrl(store, text);
  // What can't be parsed may be a secret in another form: it is not repeated.
  if (url === undefined) return { service, store, host: "", writable: false };
  const nowhere: ApplicationTarget = { service, store, host: url.host, writable: false };
  const endpoint = await topology.resolve(url.host, url.port);
  if (endpoint === undefined) return nowhere;
  try {
    const answer =
      store === "postgres"
        ? await askPostgres(postgresAddressOf(url, endpoint), deadlineMs)
        : await askRedis(redisAddressOf(url, endpoint), deadlineMs);
    const node = await serviceAtAddress(topology, answer.serverIp);
    return { ...nowhere, ...(node === undefined ? {} : { node }), writable: answer.writable };
  } catch {
    // Unreachable, not yet ready or refusing these credentials: nothing answers the application there.
    return nowhere;
  }
}

interface Answer {
  /** The server's own end of the connection: names the container whatever the link in between. */
  readonly serverIp: string;
  readonly writable: boolean;
}

async function askPostgres(address: PostgresAddress, deadlineMs: number): Promise<Answer> {
  const seen: { answer?: Answer; backend: number } = { backend: 0 };
  try {
    return await withPostgres(address, deadlineMs, async (client) => {
      const { rows } = await client.query<{ ip: string; backend: number; takes_writes: boolean }>(
        `select host(inet_server_addr()) as ip, pg_backend_pid() as backend,
                not pg_is_in_recovery() and not current_setting('transaction_read_only')::bool as takes_writes`,
      );
      const answer = { serverIp: rows[0]?.ip ?? "", writable: false };
      seen.answer = answer;
      seen.backend = rows[0]?.backend ?? 0;
      if (rows[0]?.takes_writes !== true) return answer;
      await client.query(commitSql);
      return { ...answer, writable: true };
    });
  } catch (error) {
    if (seen.answer === undefined) throw error;
    await releaseBackend(address, deadlineMs, seen.backend);
    return seen.answer;
  }
}

async function askRedis(address: RedisAddress, deadlineMs: number): Promise<Answer> {
  return withRedis(address, deadlineMs, async (redis) => {
    const client = await redis.client("INFO");
    const serverIp = /\bladdr=(\S+):\d+/.exec(client)?.[1] ?? "";
    const answer = await redis.set(probeKey, "1", "PX", 60_000).catch(() => "refused");
    return { serverIp, writable: answer === "OK" };
  });
}
