import type { DocumentExposure } from "../exposure/document-exposure.ts";
import type { WorstCaseRow } from "../exposure/worst-case-loss.ts";
import type { StepResult } from "../runbook/model.ts";
import type { StoreKind, StreamDefinition } from "../workload/ledger-entry.ts";
import type { ArchivingObservation } from "./archiving-observation.ts";
import type { BackupArtefact } from "./backup-artefact.ts";
import type { Instant } from "./clock.ts";
import type { InheritedBackup, KeptBackup, RetentionPromise } from "./inherited-backup.ts";

export type Phase =
  | "topology"
  | "preparation"
  | "baseline"
  | "backup"
  | "fault"
  | "runbook"
  | "checks"
  | "observation"
  | "aftershock"
  | "collection"
  | "cleanup";

/** What a node says of itself when asked directly. */
export interface NodeState {
  readonly node: string;
  readonly reachable: boolean;
  readonly role?: "primary" | "replica";
  /** A write was committed on it just now. */
  readonly writable?: boolean;
  /** PostgreSQL: WAL timeline. */
  readonly timeline?: number;
  /** PostgreSQL: system identifier; Redis: run_id. */
  readonly identity?: string;
  readonly version?: string;
  /** Replica: connected to its primary and caught up to `lagBytes`. */
  readonly replication?: {
    readonly streaming: boolean;
    readonly synced: boolean;
    readonly lagBytes?: number;
  };
  /** Why it is not reachable or not writable. */
  readonly detail?: string;
}

/** One document objective with where it stands. */
export interface ObjectiveSource {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

export interface Objectives {
  /** Seconds, exclusive: `< 15 minutes` is met below 900. */
  readonly rtoSeconds?: number;
  readonly rpoSeconds?: number;
  /** Percent of uptime. */
  readonly availabilityPercent?: number;
  readonly sources: {
    readonly rto?: ObjectiveSource;
    readonly rpo?: ObjectiveSource;
    readonly availability?: ObjectiveSource;
  };
}

/** A delay that the document implies and a run does not wait out. */
export interface DocumentedDelay {
  readonly name: string;
  readonly seconds: number;
  readonly source: ObjectiveSource;
}

/** What was there and working before the fault. */
export interface Baseline {
  /** By stream: acknowledged requests per second. */
  readonly ratePerSecond: Readonly<Record<string, number>>;
  readonly nodes: readonly NodeState[];
  /** Rows or keys that were there before the run, by store. */
  readonly baseData: Readonly<Record<string, number>>;
  /** By replica: bytes behind, sampled over the baseline, with their slope in bytes per second. */
  readonly lag: Readonly<Record<string, { readonly bytes: number; readonly slopeBytesPerSecond: number }>>;
}

/** Which row of a document's worst cases a scenario stands for. */
export interface WorstCaseChoice {
  readonly disaster: WorstCaseRow["disaster"];
  readonly store: WorstCaseRow["store"];
}

/** How the outcome of a scenario's kind is judged. */
export type ScenarioKind = "outage" | "restore" | "procedure";

type EventBody =
  | {
      readonly kind: "run-started";
      readonly runId: string;
      readonly scenario: string;
      readonly title: string;
      readonly scenarioKind: ScenarioKind;
      readonly system: string;
      /** RFC 3339 UTC; the only wall time of the run. */
      readonly wallTime: string;
      readonly originNs: string;
      readonly seed: string;
      readonly objectives: Objectives;
      readonly documentedDelays: readonly DocumentedDelay[];
      readonly streams: readonly StreamDefinition[];
      /** The longest of the clients' connect, statement and socket deadlines. */
      readonly longestClientDeadlineMs: number;
      /** The longest time to live of a name that clients resolve; default 0. */
      readonly longestTtlSeconds?: number;
      /** Data nodes with what they hold; where it is missing, the nodes' own answers tell. */
      readonly nodes?: readonly { readonly service: string; readonly store: StoreKind }[];
      /** The run ends with an aftershock if service comes back; default true for an outage. */
      readonly aftershock?: boolean;
      /** The procedure has to leave each replica streaming, as it was before the fault; default false. */
      readonly redundancy?: boolean;
    }
  /** What the followed document can lose at worst, from its own lines, in the disaster that the scenario stands for. */
  | { readonly kind: "document-read"; readonly exposure: DocumentExposure; readonly case: WorstCaseChoice }
  | { readonly kind: "phase-started"; readonly phase: Phase }
  | { readonly kind: "topology-ready"; readonly seconds: number }
  | {
      /** Something was written on a primary, and its arrival on a replica of it was waited for. */
      readonly kind: "replication-observed";
      readonly primary: string;
      readonly replica: string;
      readonly arrived: boolean;
      readonly waitedSeconds: number;
      readonly detail: string;
    }
  | { readonly kind: "workload-started" }
  | { readonly kind: "workload-stopped" }
  | { readonly kind: "baseline-established"; readonly baseline: Baseline }
  | { readonly kind: "baseline-failed"; readonly code: BaselineFailure; readonly detail: string }
  | {
      readonly kind: "fault-injected";
      readonly fault: string;
      readonly targets: readonly string[];
      readonly transient: boolean;
      /** It damaged data, which recovery has to undo; default false. */
      readonly damage?: boolean;
      /** Just before the injection call: t₀. `at` is when the call returned. */
      readonly calledAt: Instant;
    }
  | {
      readonly kind: "fault-observed";
      readonly fault: string;
      readonly inForce: boolean;
      readonly detail: string;
    }
  /** Read back once service had returned (`when: "recovery"`), before anything was lifted. */
  | {
      readonly kind: "fault-checked";
      readonly fault: string;
      readonly inForce: boolean;
      readonly detail: string;
    }
  | { readonly kind: "fault-lifted"; readonly fault: string }
  | { readonly kind: "step-started"; readonly step: string; readonly title: string }
  | { readonly kind: "step-finished"; readonly result: StepResult }
  | { readonly kind: "runbook-finished"; readonly stoppedBy?: string }
  | {
      readonly kind: "probe-changed";
      readonly probe: string;
      readonly healthy: boolean;
      readonly detail: string;
    }
  | { readonly kind: "node-state"; readonly state: NodeState }
  /** An application container of the run was created, started or ended. */
  | {
      readonly kind: "application-changed";
      readonly service: string;
      readonly state: "started" | "stopped";
      readonly containerId: string;
      /** Host part of each store URL in its environment. */
      readonly urlHosts?: Readonly<Record<string, string>>;
    }
  | {
      /** By store: where the application's running containers point, and which node answers there, when the runbook was over. */
      readonly kind: "application-target";
      readonly targets: readonly ApplicationTarget[];
    }
  | {
      readonly kind: "fence-refused";
      readonly method: string;
      readonly path: string;
      readonly reason: string;
    }
  /** Service was seen to be back, or was not within the bound. */
  | { readonly kind: "recovery-observed"; readonly recovered: boolean; readonly waitedSeconds: number }
  | { readonly kind: "observation-ended" }
  | {
      /** Where the runbook was to restore a store, looked at when it was over. */
      readonly kind: "restore-observed";
      readonly store: StoreKind;
      readonly service: string;
      /** The instant to which it was to be recovered, by the database server's clock; undefined for the state of a backup. */
      readonly target?: string;
      /** The server there answers. */
      readonly answers: boolean;
      readonly detail: string;
    }
  | {
      /** The application that the runbook started from a restored configuration, looked at when it was over. */
      readonly kind: "application-restored";
      readonly service: string;
      /** It says so itself. */
      readonly healthy: boolean;
      readonly detail: string;
      /** Variables that are not as in the application in force, the hosts of its stores aside. */
      readonly differing: readonly string[];
      /** Encrypted values that the original opens, and how many of them the copy opens with its own key; undefined: not read. */
      readonly sealed?: { readonly kept: number; readonly readable: number };
    }
  /** What stood where backups are kept, once the backup's procedure was over. */
  | { readonly kind: "backup-observed"; readonly artefacts: readonly BackupArtefact[] }
  /** Backups of earlier days were put where backups are kept. */
  | {
      readonly kind: "backups-inherited";
      /** Seconds since 1970 by the clock of the operations host, when they were all there. */
      readonly clock: number;
      readonly backups: readonly InheritedBackup[];
      /** Undefined where neither the followed document nor the system's states one. */
      readonly promise?: RetentionPromise;
    }
  /** What there was of every inherited backup when the procedure was over, by place. */
  | { readonly kind: "kept-observed"; readonly clock: number; readonly kept: readonly KeptBackup[] }
  /** Finished WAL was looked for in the archive. */
  | ({ readonly kind: "archiving-observed" } & ArchivingObservation)
  /** What the person who follows the runbook knows and the harness told them: a file of the operations host. */
  | { readonly kind: "told-operator"; readonly path: string; readonly text: string }
  /** A full second of the serving database's own clock, as PostgreSQL writes it. It passed between `calledAt` and `at`. */
  | { readonly kind: "server-second"; readonly second: string; readonly calledAt: Instant }
  /** Damage is about to be done, to see whether the runbook's checks notice it. */
  | { readonly kind: "check-started"; readonly damage: string; readonly targets: readonly string[] }
  | {
      /** The runbook was followed over damaged data, and the damage undone. Its steps are no part of the procedure's own. */
      readonly kind: "check-finished";
      readonly damage: string;
      /** The damage was there before the first step, and still after the last. */
      readonly planted: DamageReading;
      /** The data is again what it was before the damage. */
      readonly undone: DamageReading;
      /** Empty where the damage could not be planted. */
      readonly results: readonly StepResult[];
    }
  | { readonly kind: "aftershock-started"; readonly node: string }
  | {
      readonly kind: "aftershock-ended";
      readonly node: string;
      readonly durable: boolean;
      readonly detail: string;
    }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "interrupted"; readonly signal: string }
  | { readonly kind: "run-ended" };

export interface DamageReading {
  readonly holds: boolean;
  /** What was read, or why it could not be. */
  readonly detail: string;
}

export type BaselineFailure =
  | "write-rate-too-low"
  | "replication-not-streaming"
  | "replica-of-another-cluster"
  | "replica-never-synced"
  | "wrong-version"
  | "wrong-role"
  | "base-data-missing"
  | "requests-failing";

/** Where one application service finds a store. */
export interface ApplicationTarget {
  readonly service: string;
  readonly store: "postgres" | "redis";
  readonly host: string;
  /** Service name of the node that answers there; undefined where nothing does. */
  readonly node?: string;
  readonly writable: boolean;
}

/** One event of the append-only record of a run. */
export type TimelineEvent = { readonly seq: number; readonly at: Instant } & EventBody;

export type NewTimelineEvent = EventBody;
