import type { StoreKind } from "../workload/ledger-entry.ts";

/** What is drilled: written once per system, in `system/<name>/`; nothing in `src/` knows a name from it. */
export interface SystemDefinition {
  readonly name: string;
  /** Absolute path of the folder with the checkout's templates, configuration files and schema. */
  readonly directory: string;
  readonly nodes: readonly NodeDefinition[];
  /** Servers that the document names beside the data nodes, such as an object store; default none. */
  readonly services?: readonly ServiceDefinition[];
  /** Where backups are kept, for systems that have any. */
  readonly backups?: BackupsDefinition;
  /** Default none. */
  readonly restoreTargets?: readonly RestoreTargetDefinition[];
  /** Default none. */
  readonly certificates?: readonly CertificateDefinition[];
  /** In this order, once the data nodes serve. Default nothing. */
  readonly provision?: readonly ProvisionDefinition[];
  readonly application: ApplicationDefinition;
  readonly operator: OperatorDefinition;
  readonly stores: StoreDefinitions;
  /** What the application keeps encrypted in the database; default nothing. */
  readonly sealedData?: SealedDataDefinition;
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
  /**
   * It follows already when the run begins. Default true; else it is a server of its own, with no data, until a runbook makes it
   * follow.
   */
  readonly attached?: boolean;
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
  readonly files: readonly ContainerFile[];
  /** Where its data lives: a named volume that survives a restart. */
  readonly dataPath: string;
  /** What stands in this file, such as `-86400`, is added to the server's clock in seconds. Default: its clock is the machine's. */
  readonly clockFile?: string;
  /** Folder of its configuration files: a named volume too, so that a container that Compose makes anew finds them. */
  readonly configurationPath?: string;
}

/** A server that is no data node: clients and operator reach it by its name, past no link. */
export interface ServiceDefinition {
  /** Name on every network of the run. */
  readonly service: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly ContainerFile[];
  /** Folders that are there and empty. */
  readonly directories: readonly string[];
  /** Ends with 0 inside its container once it serves. */
  readonly ready: readonly string[];
}

export interface BackupsDefinition {
  /** Folder on the operations host. */
  readonly directory: string;
  readonly objects: ObjectsDefinition;
  /** Where base backups and WAL are kept. Default nowhere. */
  readonly archive?: ArchiveDefinition;
}

export interface ArchiveDefinition {
  /** The service, or the data node, that keeps them, and the folder in which it does. */
  readonly service: string;
  readonly directory: string;
  /** The job that makes a base backup, on the server itself, and deletes none. Default: there is none. */
  readonly baseBackup?: { readonly user: string; readonly argv: readonly string[] };
}

/** The object store of the backups. */
export interface ObjectsDefinition {
  readonly service: string;
  readonly bucket: string;
  /** Folder in which the service keeps what the bucket was given. */
  readonly directory: string;
  /** Folder in which it keeps what was overwritten or deleted by name. */
  readonly versionsDirectory: string;
}

export interface ContainerFile {
  /** Template, relative to the system's directory; or the text itself, as it is. */
  readonly template: string | { readonly text: string };
  readonly path: string;
  /** Octal mode, default 0o644. */
  readonly mode?: number;
  /** Number of the user that it belongs to, and of the group; default 0, root. */
  readonly owner?: number;
}

/** A key pair that each run makes; templates get `${NAME_CERTIFICATE}` and `${NAME_KEY}`, in PEM, and `${CA_CERTIFICATE}`. */
export interface CertificateDefinition {
  readonly name: string;
  /** The name by which clients reach the server that proves itself with it, signed by the run's authority. Without it: a certificate to encrypt to. */
  readonly host?: string;
}

/** What is set up once before the system counts as running, as its operations team did long ago: a bucket, a place for an archive. */
export interface ProvisionDefinition {
  /** A data node, or a service of the application; default the operator. */
  readonly service?: string;
  readonly user?: string;
  readonly argv: readonly string[];
}

/** A service of the checkout that runbooks create for a restored copy; its volume is there and empty. */
export interface RestoreTargetDefinition {
  readonly service: string;
  readonly engine: StoreKind;
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
 *
 * A write that the application answers with an error (status 400 to 599) may say what became of it, as a member of a JSON object
 * in the body: `"applied": false`, nothing was applied and nothing will be (the store was never reached, or it refused): the write
 * is rejected; `"applied": true` or `null`, it was, or nobody knows: it is indeterminate. Without that member a status from 400 to
 * 499 other than 408, 409, 425 and 429 is rejected, any other error indeterminate. Say `false` only where it is certain: a rejected
 * write that is found in the store is a phantom, and the run is missed.
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
  /** Files beside the checkout, such as the settings of its programs; default none. */
  readonly files?: readonly ContainerFile[];
  /** Folders that are there, mode 0o700; default none. */
  readonly directories?: readonly string[];
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
  /** How a server fetches archived WAL: the user and PostgreSQL's own `restore_command`. Default: there is no archive. */
  readonly archive?: { readonly user: string; readonly restoreCommand: string };
  /** Rows that are there before the run, ids -1 … -n; default 5,000. */
  readonly baseRows?: number;
}

export interface SealedDataDefinition {
  /** Variable of the application's environment that holds the key. */
  readonly keyVariable: string;
  /** Returns `id` and `sealed` of every value. */
  readonly scan: string;
  /** Opens one value; throws unless it was sealed with this key for this id. */
  readonly open: (sealed: Buffer, id: string, key: string) => Buffer;
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
  /** What else is there before the run and no client changes, such as values of other types and ones that expire. Default nothing. */
  readonly constantData?: ConstantRedisData;
}

export interface ConstantRedisData {
  /** Matches its keys and no others. */
  readonly glob: string;
  /** Fill it in. */
  readonly commands: readonly (readonly [name: string, ...words: string[]])[];
}
