import type { StoreKind } from "../workload/ledger-entry.ts";
import type { PostgresAddress } from "./postgres-session.ts";
import type { RedisAddress } from "./redis-session.ts";

/** A store's URL taken apart: where it points and who asks. */
export interface StoreUrl {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Path without its slash: a database's name, or Redis' number of one. */
  readonly database: string;
}

const documentedPort: Readonly<Record<StoreKind, number>> = { postgres: 5432, redis: 6379 };

/** Takes apart a URL such as `postgresql+asyncpg://user:password@host:5432/name`; undefined for what is no URL with a host. */
export function parseStoreUrl(store: StoreKind, text: string): StoreUrl | undefined {
  const url = URL.parse(text);
  if (url === null || url.hostname === "") return undefined;
  return {
    host: url.hostname,
    port: url.port === "" ? documentedPort[store] : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
  };
}

/** The session that an application with this URL opens at `endpoint`. */
export function postgresAddressOf(
  url: StoreUrl,
  endpoint: { readonly host: string; readonly port: number },
): PostgresAddress {
  const { user, password, database } = url;
  return { ...endpoint, user, password, database: database === "" ? user : database };
}

/** The session that an application with this URL opens at `endpoint`. */
export function redisAddressOf(
  url: StoreUrl,
  endpoint: { readonly host: string; readonly port: number },
): RedisAddress {
  return {
    ...endpoint,
    ...(url.user === "" ? {} : { username: url.user }),
    ...(url.password === "" ? {} : { password: url.password }),
    database: Number(url.database) || 0,
  };
}
