import type { Instant } from "../../timeline/clock.ts";
import type { AnsweredBy, LedgerEntry, StreamDefinition } from "../../workload/ledger-entry.ts";

/** Requests of a run that never took place, for tests of what is made of a run. */
export interface SampleLedgerOptions {
  readonly streams: readonly StreamDefinition[];
  readonly from: Instant;
  readonly to: Instant;
  /** t₀; undefined for a run that nothing broke. */
  readonly faultAt?: Instant;
  /** When requests succeed again; undefined for never. */
  readonly returnedAt?: Instant;
}

export function sampleLedger({ streams, from, to, faultAt, returnedAt }: SampleLedgerOptions): LedgerEntry[] {
  const random = repeatableRandom(7);
  const entries: LedgerEntry[] = [];
  let id = 1;
  for (let tick = from; tick < to; tick += 5) {
    for (const stream of streams) {
      const period = 1000 / stream.ratePerSecond;
      if (Math.floor(tick / period) === Math.floor((tick - 5) / period)) continue;
      const isDown =
        faultAt !== undefined && tick >= faultAt && (returnedAt === undefined || tick < returnedAt);
      const isLate = isDown && random() < 0.15;
      const sentAt = tick + random();
      entries.push({
        id: id++,
        stream: stream.name,
        writer: id % 4,
        payloadHash: stream.operation === "write" ? "5d41402abc4b2a76b9719d911017c592" : "",
        dueAt: tick,
        sentAt,
        answeredAt: sentAt + (isLate ? 1000 : 2 + 6 * random()),
        outcome: isDown ? (isLate ? "indeterminate" : "not-sent") : "acknowledged",
        ...(isDown
          ? { errorCode: isLate ? "ETIMEDOUT" : "ECONNREFUSED" }
          : { answeredBy: answeredBy(id, faultAt !== undefined && tick > faultAt) }),
      });
    }
  }
  return entries;
}

function answeredBy(id: number, promoted: boolean): AnsweredBy {
  return promoted
    ? { node: "postgres-replica", timeline: 2, xid: String(700 + id) }
    : { node: "postgres", timeline: 1, xid: String(700 + id) };
}

function repeatableRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}
