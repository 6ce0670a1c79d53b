/** Position in PostgreSQL's WAL as the server prints it, for instance `0/3000148`. */
export type Lsn = string;

/** What the WAL of every timeline and the timeline history say, independently of the ledger. */
export interface PostgresOracle {
  readonly store: "postgres";
  /** One per timeline that was left: its commits at or after the switch point are on the abandoned branch. */
  readonly switches: readonly { readonly timeline: number; readonly switchLsn: Lsn }[];
  /** Start of each commit record, by {@link commitKey}. */
  readonly commits: ReadonlyMap<string, Lsn>;
  /** The WAL of every timeline was read from before the first write to its end: what has no commit record here has none. */
  readonly walComplete: boolean;
}

/** What the dead primary's append-only file and the promoted node say. */
export interface RedisOracle {
  readonly store: "redis";
  /** `second_repl_offset` of the promoted node: up to there its data is the old primary's. */
  readonly secondReplOffset?: number;
  /** Ids of writes found in the dead primary's file. Presence proves that it had applied them; absence proves nothing. */
  readonly aofIds: ReadonlySet<number>;
}

/** A second, independent source for what became of a write. A store without one is judged by the ledger alone: `oracle: none`. */
export type OracleInput = PostgresOracle | RedisOracle;

/** Transaction ids repeat on a new timeline, so that only both together name a commit. */
export function commitKey(timeline: number, xid: string): string {
  return `${timeline}/${xid}`;
}

/** An LSN as a number that can be compared. */
export function lsnValue(lsn: Lsn): bigint {
  const [high, low] = lsn.split("/");
  return (BigInt(`0x${high ?? "0"}`) << 32n) + BigInt(`0x${low ?? "0"}`);
}
