import type { Instant } from "../timeline/clock.ts";

/** The store that a request needs. */
export type StoreKind = "postgres" | "redis";

/**
 * What is known of a request once its deadline has passed.
 *
 * - `acknowledged`: the client got success.
 * - `acknowledged-unreplicated`: success with the warning that the wait for a synchronous standby was cancelled.
 * - `rejected`: the server said that it was not applied.
 * - `not-sent`: refused, unresolved or out of connections before a byte of the request left.
 * - `indeterminate`: everything else; it may or may not have been applied.
 */
export type Outcome =
  "acknowledged" | "acknowledged-unreplicated" | "rejected" | "not-sent" | "indeterminate";

/** One kind of request, sent at a constant rate by writers (or readers) that act as the application's clients. */
export interface StreamDefinition {
  /** Unique in a run, for instance `postgres-direct` or `place-trade`. */
  readonly name: string;
  readonly store: StoreKind;
  /** `application`: HTTP through the application, decides the RTO. `direct`: a database client, diagnoses. */
  readonly via: "application" | "direct";
  readonly operation: "write" | "read";
  readonly ratePerSecond: number;
}

/** The server that answered, as the server itself said it in the answer. */
export interface AnsweredBy {
  /** PostgreSQL: `cluster_name`; Redis: `run_id`. */
  readonly node: string;
  /** PostgreSQL only: first eight hexadecimal digits of the WAL file name, as a number. */
  readonly timeline?: number;
  /** PostgreSQL only: the transaction id (xid8, as decimal text: it may exceed 2^53). */
  readonly xid?: string;
}

/** One attempted request. The ledger holds one per attempt and a writer never tries an id twice. */
export interface LedgerEntry {
  /** Unique in the run, 1, 2, 3 … over all streams. Data that was there before the run has negative ids. */
  readonly id: number;
  readonly stream: string;
  readonly writer: number;
  /** md5 of the payload, hexadecimal; empty for a read. */
  readonly payloadHash: string;
  /** When the constant rate asked for it. */
  readonly dueAt: Instant;
  /** When the attempt began: before connecting, where the writer had to connect first. */
  readonly sentAt: Instant;
  /** When the answer, the error or the deadline came. */
  readonly answeredAt: Instant;
  readonly outcome: Outcome;
  readonly answeredBy?: AnsweredBy;
  /** SQLSTATE, Redis error prefix, HTTP status or errno name of anything but plain success. */
  readonly errorCode?: string;
}

/** One row or key found in a store by the full scan after the writers stopped. */
export interface Survivor {
  readonly id: number;
  readonly payloadHash: string;
  readonly answeredBy?: AnsweredBy;
  /** Redis: which writer's list it stands in, and where. PostgreSQL: absent. */
  readonly writer?: number;
  readonly position?: number;
}
