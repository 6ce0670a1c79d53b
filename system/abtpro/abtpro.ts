import { join } from "node:path";
import type {
  ConstantRedisData,
  ContainerFile,
  NodeDefinition,
  SystemDefinition,
} from "../../src/topology/system-definition.ts";
import type { StoreKind } from "../../src/workload/ledger-entry.ts";
import { apiKeys } from "./api-keys.ts";
import { backupParts } from "./backups.ts";

export interface AbtproParameters {
  /** Default 17. */
  readonly postgresMajor?: number;
  /** Default 8. */
  readonly redisMajor?: number;
  /** Trades that are there before the run; default 5,000. */
  readonly baseRows?: number;
  /** Quotes that are there before the run; default 2,000. */
  readonly baseKeys?: number;
  /** With an object store, WAL archiving into it, and the operator set up to make and restore backups. Default false. */
  readonly backups?: boolean;
  /** The clock of the PostgreSQL primary can be set; needs `backups`. Default false. */
  readonly settableClock?: boolean;
  /** Stores as they were installed, whose second server is there and follows nobody yet. Default none. */
  readonly unreplicated?: readonly StoreKind[];
}

/** What traders have in Redis beside quotes, one key of each type; in the year 2100 the session ends. */
const accounts: ConstantRedisData = {
  glob: "account:*",
  commands: [
    ["SET", "account:1:session", "7d1f", "PXAT", "4102444800000"],
    ["HSET", "account:1:limits", "daily", "5000", "open-orders", "20"],
    ["RPUSH", "account:1:recent", "ABT", "XAU", "ABT"],
    ["SADD", "account:1:watchlist", "ABT", "XAU"],
    ["ZADD", "account:1:alerts", "101.5", "ABT", "1999.25", "XAU"],
    ["XADD", "account:1:events", "1-1", "kind", "login"],
  ],
};

const primaryRegion = "us-east-1";
const secondaryRegion = "us-west-2";

/** The trading platform of the source document: a PostgreSQL pair, a Redis pair, and the application over both. */
export function abtpro({
  postgresMajor = 17,
  redisMajor = 8,
  baseRows = 5_000,
  baseKeys = 2_000,
  backups = false,
  settableClock = false,
  unreplicated = [],
}: AbtproParameters = {}): SystemDefinition {
  const parts = backups ? backupParts : undefined;
  const isFresh = (store: StoreKind): boolean => unreplicated.includes(store);
  const postgres = postgresNode(postgresMajor, parts, isFresh("postgres") ? "postgres/fresh/" : "postgres/");
  const redis = redisNode(redisMajor);
  return {
    name: "abtpro",
    directory: import.meta.dirname,
    nodes: [
      {
        ...postgres,
        service: "postgres",
        role: "primary",
        region: primaryRegion,
        environment: { ...postgres.environment, POSTGRES_INITDB_ARGS: "--data-checksums --no-sync" },
        ...(settableClock ? withClock(postgresMajor) : {}),
        files: [
          ...postgres.files,
          ...(settableClock ? [{ template: "postgres/start-with-clock.sh", path: startWithClock }] : []),
          { template: "postgres/init.sql", path: "/docker-entrypoint-initdb.d/10-schema.sql" },
          ...(isFresh("postgres")
            ? []
            : [
                {
                  template: "postgres/replication.sql",
                  path: "/docker-entrypoint-initdb.d/20-replication.sql",
                },
              ]),
        ],
      },
      {
        ...postgres,
        service: "postgres-replica",
        role: "replica",
        follows: "postgres",
        attached: !isFresh("postgres"),
        region: secondaryRegion,
        command: ["sh", "/etc/postgresql/start-replica.sh"],
        files: [
          ...postgres.files,
          {
            template: `${isFresh("postgres") ? "postgres/fresh/" : "postgres/"}start-replica.sh`,
            path: "/etc/postgresql/start-replica.sh",
          },
        ],
      },
      {
        ...redis,
        service: "redis",
        role: "primary",
        region: primaryRegion,
        files: [redisConfiguration(isFresh("redis") ? "redis/fresh/redis.conf" : "redis/redis.conf")],
      },
      {
        ...redis,
        service: "redis-replica",
        role: "replica",
        follows: "redis",
        attached: !isFresh("redis"),
        region: secondaryRegion,
        files: [redisConfiguration(isFresh("redis") ? "redis/fresh/redis.conf" : "redis/redis-replica.conf")],
      },
    ],
    application: {
      image: "abtpro-app",
      services: ["backend", "celery-worker", "celery-beat"],
      http: {
        service: "backend",
        port: 8000,
        healthPath: "/health",
        requests: [
          { name: "place-trade", store: "postgres", operation: "write", method: "POST", path: "/trades" },
          { name: "read-trade", store: "postgres", operation: "read", method: "GET", path: "/trades/latest" },
          { name: "put-quote", store: "redis", operation: "write", method: "POST", path: "/quotes" },
          { name: "read-quote", store: "redis", operation: "read", method: "GET", path: "/quotes/latest" },
        ],
      },
    },
    operator: { image: "operator", checkout: "/srv/abtpro", ...parts?.operator },
    ...parts?.system,
    stores: {
      postgres: {
        url: { service: "backend", variable: "DATABASE_URL" },
        database: "abtpro_db",
        adminUser: "postgres",
        adminPasswordCredential: "POSTGRES_ADMIN_SECRET",
        insert: `INSERT INTO public.tradelog (run, client_id, writer, user_id, payload)
          VALUES ($1, $2::bigint, $3, 1 + abs($2::bigint % 100), $4)
          RETURNING node, timeline, xid::text AS xid`,
        read: `SELECT current_setting('cluster_name') AS node, client_id, payload
          FROM public.tradelog ORDER BY id DESC LIMIT 1`,
        scan: `SELECT client_id AS id, md5(payload) AS payload_md5, node, timeline, xid::text AS xid
          FROM public.tradelog WHERE run = $1`,
        seed: `INSERT INTO public.tradelog (run, client_id, writer, user_id, payload)
          SELECT 'base', -n, 0, 1 + n % 100, 'base-' || n FROM generate_series(1, $1::integer) AS n`,
        tables: ["public.user", "public.tradelog"],
        ...(parts === undefined ? {} : { archive: parts.archive }),
        baseRows,
      },
      redis: {
        url: { service: "backend", variable: "REDIS_URL" },
        passwordCredential: "REDIS_SECRET",
        keyPattern: "quote:{run}:{id}",
        listPattern: "quotes:{run}:{writer}",
        baseKeys,
        constantData: accounts,
      },
    },
    sealedData: apiKeys,
    credentials: [
      "POSTGRES_ADMIN_SECRET",
      "ABTUSER_SECRET",
      "REPLICATION_SECRET",
      "REDIS_SECRET",
      "API_KEY_SECRET",
      ...(parts?.credentials ?? []),
    ],
    objectivesDocument: join(import.meta.dirname, "dr-objectives.md"),
  };
}

const startWithClock = "/etc/postgresql/start-with-clock.sh";

function withClock(major: number): Pick<NodeDefinition, "image" | "command" | "clockFile"> {
  return {
    image: `postgres-clock:${major}`,
    command: ["sh", startWithClock],
    clockFile: "/tmp/server-clock",
  };
}

type NodeTraits<Own extends keyof NodeDefinition> = Omit<NodeDefinition, Own>;

function postgresNode(
  major: number,
  parts: { readonly postgresImage: string; readonly postgresFiles: readonly ContainerFile[] } | undefined,
  access: string,
): NodeTraits<"service" | "role" | "follows" | "region"> {
  return {
    engine: "postgres",
    image: `${parts?.postgresImage ?? "postgres"}:${major}`,
    port: 5432,
    majorVersion: major,
    command: ["postgres", "-c", "config_file=/etc/postgresql/postgresql.conf"],
    environment: {
      POSTGRES_DB: "abtpro_db",
      POSTGRES_USER: "postgres",
      POSTGRES_PASSWORD: "${POSTGRES_ADMIN_SECRET}",
      PGDATA: "/var/lib/postgresql/data",
      PGBACKREST_CONFIG: "/etc/postgresql/pgbackrest.conf",
    },
    files: [
      { template: "postgres/postgresql.conf", path: "/etc/postgresql/postgresql.conf" },
      { template: `${access}pg_hba.conf`, path: "/etc/postgresql/pg_hba.conf" },
      ...(parts?.postgresFiles ?? []),
    ],
    dataPath: "/var/lib/postgresql/data",
    configurationPath: "/etc/postgresql",
  };
}

function redisNode(major: number): NodeTraits<"service" | "role" | "follows" | "region" | "files"> {
  return {
    engine: "redis",
    image: `redis:${major}`,
    port: 6379,
    majorVersion: major,
    command: ["redis-server", "/usr/local/etc/redis/redis.conf"],
    environment: {},
    dataPath: "/data",
    configurationPath: "/usr/local/etc/redis",
  };
}

function redisConfiguration(template: string): ContainerFile {
  return { template, path: "/usr/local/etc/redis/redis.conf", mode: 0o666 };
}
