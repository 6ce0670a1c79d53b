import type { StoreKind } from "../workload/ledger-entry.ts";

/** What is drilled: written once per system, in `system/<name>/`; nothing in `src/` knows a name from it. */
export interface SystemDefinition {
  readonly name: string;
  /** Absolute path of the folder with the checkout's templates, configuration files and schema. */
  readonly directory: string;
  readonly nodes: readonly NodeDefinition[];
  readonly application: ApplicationDefinition;
  readonly operator: OperatorDefinition;
  readonly stores: StoreDefinitions;
  /** Names of credentials; each gets a random value per run and can be used as `${NAME}` in every template. */
  readonly credentials: readonly string[];
  /** Where the system's objectives are written, for runbooks that state none themselves. */
  readonly objectivesDocument: string;
}

export interface NodeDefinition {
  /** Service name, as documented; on the clients' network it resolves to this node's link. */
  readonly service: string;
  readonly engine: StoreKind;
  /** Role at the start of a run. */
  readonly role: "primary" | "replica";
  /** The service that a replica follows. */
  readonly follows?: string;
  readonly region: string;
  /** Image reference; see `src/engine/images.ts` for how it is found, pulled or built. */
  readonly image: string;
  /** Documented port, on which its links listen too. */
  readonly port: number;
  /** Expected major version; another one fails the baseline. */
  readonly majorVersion: number;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Files put into the container before it starts. */
  readonly files: readonly NodeFile[];
  /** Where its data lives: a named volume that survives a restart. */
  readonly dataPath: string;
  /** Folder of its configuration files: a named volume too, so that a container that Compose makes anew finds them. */
  readonly configurationPath?: string;
}

export interface NodeFile {
  /** Template, relative to the system's directory. */
  readonly template: string;
  readonly path: string;
  /** Octal mode, default 0o644. */
  readonly mode?: number;
}

export interface ApplicationDefinition {
  readonly image: string;
  /** Compose services that make up the application, as documented. */
  readonly services: readonly string[];
  readonly http: {
    readonly service: string;
    readonly port: number;
    readonly healthPath: string;
    readonly requests: readonly HttpRequestDefinition[];
  };
}

/**
 * One kind of request through the application. Writes send `{run, id, writer, payload}` as JSON. Every answer names the server
 * that took it in the header `x-answered-by: node=<cluster_name or run_id>; timeline=<n>; xid=<n>`.
 */
export interface HttpRequestDefinition {
  readonly name: string;
  readonly store: StoreKind;
  readonly operation: "write" | "read";
  readonly method: "GET" | "POST";
  readonly path: string;
}

export interface OperatorDefinition {
  readonly image: string;
  /** The deployment checkout inside the operator; its files come from `<directory>/checkout/`. */
  readonly checkout: string;
}

/** Where clients read the URL of a store: the environment of a running application container. */
export interface UrlSource {
  readonly service: string;
  readonly variable: string;
}

export interface StoreDefinitions {
  readonly postgres?: PostgresStoreDefinition;
  readonly redis?: RedisStoreDefinition;
}

export interface PostgresStoreDefinition {
  readonly url: UrlSource;
  readonly database: string;
  /** Superuser role of the nodes, for collecting state over the direct port. */
  readonly adminUser: string;
  readonly adminPasswordCredential: string;
  /** `$1` run, `$2` id, `$3` writer, `$4` payload; returns `node`, `timeline`, `xid`. */
  readonly insert: string;
  /** A read that needs the database. */
  readonly read: string;
  /** `$1` run; returns `id`, `payload_md5`, `node`, `timeline`, `xid` of every row of that run, base data included for run `base`. */
  readonly scan: string;
  /** SQL that fills in the data that was there before the run: `$1` number of rows, payload of row n is `base-<n>`, run `base`. */
  readonly seed: string;
  /** Tables that are digested before and after, schema-qualified. */
  readonly tables: readonly string[];
  /** Rows that are there before the run, ids -1 … -n; default 5,000. */
  readonly baseRows?: number;
}

export interface RedisStoreDefinition {
  readonly url: UrlSource;
  readonly passwordCredential: string;
  /** Key of a write: `{run}` and `{id}` are replaced. */
  readonly keyPattern: string;
  /** List of a writer, to which `<id>:<md5>` is pushed beside the key: `{run}` and `{writer}` are replaced. */
  readonly listPattern: string;
  /** Keys that are there before the run, ids -1 … -n of run `base`, writer 0; default 2,000. */
  readonly baseKeys?: number;
}
