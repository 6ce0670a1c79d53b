import type { AnsweredBy, LedgerEntry, StreamDefinition } from "../../workload/ledger-entry.ts";
import { omit } from "./omit.ts";

/** Streams of the run that the tests tell: one write and one read through the application, one write directly. */
export const sketchedStreams: readonly StreamDefinition[] = [
  { name: "place-trade", store: "postgres", via: "application", operation: "write", ratePerSecond: 50 },
  { name: "read-trade", store: "postgres", via: "application", operation: "read", ratePerSecond: 50 },
  { name: "postgres-direct", store: "postgres", via: "direct", operation: "write", ratePerSecond: 50 },
];

export interface Traffic {
  readonly stream?: string;
  /** First and last instant of sending. */
  readonly from: number;
  readonly to: number;
  /** Default 20: 50 a second. */
  readonly everyMs?: number;
  readonly latencyMs?: number;
  readonly outcome?: LedgerEntry["outcome"];
  readonly answeredBy?: AnsweredBy;
}

/** Requests at a constant rate, all with the same fate. */
export function traffic({
  stream = "place-trade",
  from,
  to,
  everyMs = 20,
  latencyMs = 5,
  ...fate
}: Traffic): LedgerEntry[] {
  const count = Math.floor((to - from) / everyMs) + 1;
  return Array.from({ length: count }, (_, position) => {
    const sentAt = from + position * everyMs;
    return request({ stream, sentAt, answeredAt: sentAt + latencyMs, ...fate });
  });
}

export function request(
  entry: Partial<LedgerEntry> & Pick<LedgerEntry, "sentAt" | "answeredAt">,
): LedgerEntry {
  return {
    id: 0,
    stream: "place-trade",
    writer: 1,
    payloadHash: "",
    dueAt: entry.sentAt,
    outcome: "acknowledged",
    ...entry,
  };
}

/** Numbers entries in the order in which they were sent, as the writers do. Transactions of one timeline get rising ids. */
export function ledger(...parts: readonly (readonly LedgerEntry[])[]): LedgerEntry[] {
  return parts
    .flat()
    .sort((a, b) => a.sentAt - b.sentAt)
    .map((entry, position) => {
      const { answeredBy } = entry;
      const id = position + 1;
      if (answeredBy?.timeline === undefined) return { ...entry, id };
      return { ...entry, id, answeredBy: { ...answeredBy, xid: answeredBy.xid ?? String(700 + id) } };
    });
}

/** The same without its word on who answered. */
export function anonymous(entry: LedgerEntry): LedgerEntry {
  return omit(entry, "answeredBy");
}
