import type { TransactionEnd } from "./parse-waldump.ts";

/** What independent sources say of one run: WAL and timeline history of PostgreSQL, append-only files of Redis. */
export interface OracleEvidence {
  readonly postgres?: PostgresOracle;
  readonly redis?: RedisOracle;
}

export interface PostgresOracle {
  readonly timelines: readonly TimelineEvidence[];
  /**
   * Commit records: key from {@link commitKey}, value the WAL position at which the record starts. A transaction's
   * subtransactions stand here with its position; what was rolled back does not stand here.
   */
  readonly commits: ReadonlyMap<string, string>;
  /** Sources that contradict each other; anything here, and nothing can be said. */
  readonly contradictions: readonly string[];
  /** Nodes whose volume holds no WAL that could be read, and why. */
  readonly unread: readonly string[];
}

/** One WAL timeline, as read from every node that holds WAL of it. */
export interface TimelineEvidence {
  readonly timeline: number;
  /** The timeline it left, and where: what its parent committed at or after that position is not part of it. */
  readonly parent: number | null;
  readonly switchLsn: string | null;
  /** Every commit record from here … */
  readonly completeFrom: string | null;
  /** … to here was read. Null, both, when its WAL has a gap or is damaged. */
  readonly completeTo: string | null;
  /** Nodes on whose volumes its WAL was read. */
  readonly nodes: readonly string[];
  /** How reading ended on each node, as pg_waldump put it. */
  readonly detail: string;
  /** Every record that ends a transaction, in the order of the WAL, from the node whose WAL goes furthest. */
  readonly ends: readonly TransactionEnd[];
}

export interface RedisOracle {
  readonly nodes: readonly RedisNodeEvidence[];
}

export interface RedisNodeEvidence {
  readonly node: string;
  /** What the server says of its own history; undefined when it does not answer. */
  readonly history?: RedisHistory;
  /** What copies of its files hold; undefined when they can't be read, see `detail`. */
  readonly appendOnly?: {
    /**
     * Ids of the run's writes that the files show the node to have applied at some time, whether they are still there or not. That
     * an id is missing proves nothing: the file is written once a second, and may be rewritten.
     */
    readonly presentIds: ReadonlySet<number>;
    /** Keys of the run that a scratch server holds after loading them. */
    readonly keys: number;
  };
  /** How its files were read, or why they weren't. */
  readonly detail: string;
}

export interface RedisHistory {
  readonly role: "primary" | "replica";
  readonly replicationId: string;
  readonly masterReplOffset: number;
  /** The history that it continued when it was promoted; both undefined when it never was. */
  readonly previousReplicationId?: string;
  /** First offset that is not of the previous history: what the old primary wrote from there on it never received. */
  readonly secondReplOffset?: number;
}

/** Transaction ids repeat on a new timeline, so that only the pair names a transaction. `xid` is an xid8 in decimal. */
export function commitKey(timeline: number, xid: string): string {
  return `${timeline}:${xid}`;
}
