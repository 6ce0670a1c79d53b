import type { AnsweredBy, LedgerEntry, Outcome, StoreKind, StreamDefinition } from "./ledger-entry.ts";

/**
 * A ledger file is text: a header line of JSON, one line per attempt, and at its regular end a trailer. Columns are separated by
 * tabs and every character is printable ASCII. Instants are whole microseconds; `sentAt` is rounded down and `answeredAt` up, so that
 * an interval made of them never gets narrower than what was seen.
 */
export interface LedgerHeader {
  readonly format: "drill-ledger";
  readonly version: 1;
  readonly runId: string;
  /** Streams of the workload, then one per store for the data that was there before the run. */
  readonly streams: readonly StreamDefinition[];
}

/** Name of the stream that holds the data of a store that was there before the run. */
export function baseStreamName(store: StoreKind): string {
  return `base-${store}`;
}

export function baseStream(store: StoreKind): StreamDefinition {
  return { name: baseStreamName(store), store, via: "direct", operation: "write", ratePerSecond: 0 };
}

const letterOfOutcome = {
  acknowledged: "A",
  "acknowledged-unreplicated": "U",
  rejected: "R",
  "not-sent": "N",
  indeterminate: "I",
} as const satisfies Record<Outcome, string>;

const outcomeOfLetter: ReadonlyMap<string, Outcome> = new Map(
  (Object.keys(letterOfOutcome) as Outcome[]).map((outcome) => [letterOfOutcome[outcome], outcome]),
);

/** First character of the trailer: no entry starts with it. */
export const trailerMark = "#";

export function encodeHeader(header: LedgerHeader): string {
  const ascii = JSON.stringify(header).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${ascii}\n`;
}

export function encodeEntry(entry: LedgerEntry, streamIndex: number): string {
  const by = entry.answeredBy;
  return (
    `${entry.id}\t${streamIndex}\t${entry.writer}\t${entry.payloadHash}\t` +
    `${Math.round(entry.dueAt * 1000)}\t${Math.floor(entry.sentAt * 1000)}\t${Math.ceil(entry.answeredAt * 1000)}\t` +
    `${letterOfOutcome[entry.outcome]}\t${by === undefined ? "" : escapeText(by.node) || emptyNode}\t` +
    `${by?.timeline ?? ""}\t${by?.xid === undefined ? "" : escapeText(by.xid)}\t` +
    `${entry.errorCode === undefined ? "" : escapeText(entry.errorCode)}\n`
  );
}

export function encodeTrailer(entries: number, endsAt: number): string {
  return `${trailerMark}end\t${entries}\t${Math.ceil(endsAt * 1000)}\n`;
}

/** Decodes the line of `text` between `start` and `end` (without its line feed); undefined where it is not an entry. */
export function decodeEntry(
  text: string,
  start: number,
  end: number,
  streamNames: readonly string[],
): LedgerEntry | undefined {
  // Positions of the eleven tabs: cheaper than split() for a million lines.
  const a = text.indexOf("\t", start);
  const b = text.indexOf("\t", a + 1);
  const c = text.indexOf("\t", b + 1);
  const d = text.indexOf("\t", c + 1);
  const e = text.indexOf("\t", d + 1);
  const f = text.indexOf("\t", e + 1);
  const g = text.indexOf("\t", f + 1);
  const h = text.indexOf("\t", g + 1);
  const i = text.indexOf("\t", h + 1);
  const j = text.indexOf("\t", i + 1);
  const k = text.indexOf("\t", j + 1);
  // Where one is missing, indexOf gives -1 and starts over: the positions no longer ascend.
  const ascending =
    a > 0 && a < b && b < c && c < d && d < e && e < f && f < g && g < h && h < i && i < j && j < k;
  if (!ascending || k >= end) return undefined;
  const stream = streamNames[integer(text, a + 1, b)];
  const outcome = outcomeOfLetter.get(text.slice(g + 1, h));
  const id = integer(text, start, a);
  const sentAt = integer(text, e + 1, f);
  const answeredAt = integer(text, f + 1, g);
  if (stream === undefined || outcome === undefined || Number.isNaN(id + sentAt + answeredAt))
    return undefined;
  const answeredBy = decodeAnsweredBy(text, h, i, j, k);
  return {
    id,
    stream,
    writer: integer(text, b + 1, c),
    payloadHash: text.slice(c + 1, d),
    dueAt: integer(text, d + 1, e) / 1000,
    sentAt: sentAt / 1000,
    answeredAt: answeredAt / 1000,
    outcome,
    ...(answeredBy === undefined ? {} : { answeredBy }),
    ...(k + 1 === end ? {} : { errorCode: unescapeText(text.slice(k + 1, end)) }),
  };
}

function decodeAnsweredBy(text: string, h: number, i: number, j: number, k: number): AnsweredBy | undefined {
  if (i === h + 1) return undefined;
  const nodeText = text.slice(h + 1, i);
  return {
    node: nodeText === emptyNode ? "" : unescapeText(nodeText),
    ...(j === i + 1 ? {} : { timeline: integer(text, i + 1, j) }),
    ...(k === j + 1 ? {} : { xid: unescapeText(text.slice(j + 1, k)) }),
  };
}

/** Decimal integer between two positions; NaN where it is none. */
function integer(text: string, start: number, end: number): number {
  if (start >= end) return NaN;
  const negative = text.charCodeAt(start) === 45;
  let value = 0;
  for (let at = negative ? start + 1 : start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

// A server without a cluster_name still answered; an empty column says that nobody did.
const emptyNode = "%";

// A name or code comes from a server or an application: it must not be able to end a column or a line.
const plainText = /^[!-$&-~ ]*$/;

function escapeText(text: string): string {
  return plainText.test(text) ? text : encodeURIComponent(text.toWellFormed());
}

function unescapeText(text: string): string {
  return text.includes("%") ? decodeURIComponent(text) : text;
}
