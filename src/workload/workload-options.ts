import type { HarnessError } from "../harness-error.ts";
import type { Instant } from "../timeline/clock.ts";
import type { ApplicationDefinition, StoreDefinitions } from "../topology/system-definition.ts";
import type { AnsweredBy, StoreKind, StreamDefinition } from "./ledger-entry.ts";

/** Deadlines of every client. */
export interface ClientDeadlines {
  /** For getting a connection: for waiting for one, and again for opening it. Milliseconds. Default 1000. */
  readonly connectMs: number;
  /** For the answer to a statement or command of a direct client. Milliseconds. Default 2000. */
  readonly statementMs: number;
  /** For the complete answer to a request through the application. Milliseconds. Default 2000. */
  readonly socketMs: number;
}

export const defaultDeadlines: ClientDeadlines = { connectMs: 1000, statementMs: 2000, socketMs: 2000 };

/** The longest that a request can be under way. */
export function longestDeadlineMs(deadlines: ClientDeadlines): number {
  return 2 * deadlines.connectMs + Math.max(deadlines.statementMs, deadlines.socketMs);
}

/** Everything a workload needs; plain data, for it runs in a thread of its own. */
export interface WorkloadOptions {
  readonly runId: string;
  /** Payloads are derived from it and the id. */
  readonly seed: string;
  /** Origin of the run's clock. */
  readonly originNs: bigint;
  /** Unix socket of the container engine. */
  readonly enginePath: string;
  /** Compose project of the application. */
  readonly project: string;
  readonly stores: StoreDefinitions;
  readonly http: ApplicationDefinition["http"];
  readonly streams: readonly StreamDefinition[];
  readonly deadlines?: ClientDeadlines;
  /** File to create. */
  readonly ledgerFile: string;
}

/** One stream, as far as it has come. */
export interface StreamStats {
  readonly stream: string;
  /** Requests that are over, whatever came of them. */
  readonly finished: number;
  readonly acknowledged: number;
  readonly failed: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
  /** Over the last second or so. */
  readonly acknowledgedPerSecond: number;
  readonly failedPerSecond: number;
  /** When the last successful request was answered. */
  readonly lastSuccessAt?: Instant;
  /** When the failed request that was sent last was sent. */
  readonly lastFailureSentAt?: Instant;
  /** When the first success after that failure was answered: since then nothing failed. */
  readonly succeedingSince?: Instant;
}

export interface WorkloadStats {
  readonly at: Instant;
  readonly streams: readonly StreamStats[];
}

/** One row or key that was there before the run. */
export interface BaseEntry {
  /** Negative. */
  readonly id: number;
  readonly payloadHash: string;
  readonly answeredBy?: AnsweredBy;
}

export type WorkloadCommand =
  | { readonly kind: "record-base-data"; readonly store: StoreKind; readonly entries: readonly BaseEntry[] }
  | { readonly kind: "stop" };

export type WorkloadMessage =
  | { readonly kind: "started" }
  | { readonly kind: "base-data-recorded" }
  | { readonly kind: "stats"; readonly stats: WorkloadStats }
  | {
      readonly kind: "stopped";
      readonly entries: number;
      readonly endsAt: Instant;
      readonly stats: WorkloadStats;
    }
  | {
      readonly kind: "failed";
      readonly message: string;
      readonly code: string;
      readonly exitStatus: HarnessError["exitStatus"];
    };
