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

/**
 * Decodes the lines of one ledger. A cursor over the text, since a million split lines would cost more than everything that is done with
 * them afterwards.
 */
export class EntryDecoder {
  #text = "";
  #at = 0;
  #end = 0;
  /** Hardly ever changes from line to line. */
  #lastNode = "";
  readonly #streamNames: readonly string[];

  constructor(streams: readonly StreamDefinition[]) {
    this.#streamNames = streams.map(({ name }) => name);
  }

  /** The line of `text` between `start` and `end` (without its line feed); undefined where it is not an entry. */
  decode(text: string, start: number, end: number): LedgerEntry | undefined {
    this.#text = text;
    this.#at = start;
    this.#end = end;
    const id = this.#integer();
    const stream = this.#streamNames[this.#integer()];
    const writer = this.#integer();
    const payloadHash = this.#column();
    const dueAt = this.#integer() / 1000;
    const sentAt = this.#integer() / 1000;
    const answeredAt = this.#integer() / 1000;
    const outcome = outcomeOfLetter.get(this.#column());
    const answeredBy = this.#answeredBy();
    if (
      stream === undefined ||
      outcome === undefined ||
      Number.isNaN(id + writer + dueAt + sentAt + answeredAt)
    ) {
      return undefined;
    }
    const entry: Writable<LedgerEntry> = {
      id,
      stream,
      writer,
      payloadHash,
      dueAt,
      sentAt,
      answeredAt,
      outcome,
    };
    if (answeredBy !== undefined) entry.answeredBy = answeredBy;
    if (this.#at < end) entry.errorCode = unescapeText(text.slice(this.#at, end));
    // The error code is the last column; each one before it moved the cursor behind its tab.
    return this.#at <= end ? entry : undefined;
  }

  #answeredBy(): AnsweredBy | undefined {
    const node = this.#node();
    const timeline = this.#integer();
    const xid = this.#column();
    if (node === "") return undefined;
    const answeredBy: Writable<AnsweredBy> = { node: node === emptyNode ? "" : unescapeText(node) };
    if (!Number.isNaN(timeline)) answeredBy.timeline = timeline;
    if (xid !== "") answeredBy.xid = unescapeText(xid);
    return answeredBy;
  }

  #node(): string {
    const length = this.#lastNode.length;
    if (this.#text.startsWith(this.#lastNode, this.#at) && this.#text.charCodeAt(this.#at + length) === tab) {
      this.#at += length + 1;
    } else {
      this.#lastNode = this.#column();
    }
    return this.#lastNode;
  }

  /** Text up to the next tab. A tab that is missing takes the cursor past the end. */
  #column(): string {
    const start = this.#at;
    const next = this.#text.indexOf("\t", start);
    if (next === -1 || next >= this.#end) {
      this.#at = this.#end + 1;
      return "";
    }
    this.#at = next + 1;
    return this.#text.slice(start, next);
  }

  /** Decimal integer up to the next tab; NaN where it is none. */
  #integer(): number {
    const text = this.#text;
    const negative = text.charCodeAt(this.#at) === minus;
    const start = negative ? this.#at + 1 : this.#at;
    let value = 0;
    let at = start;
    for (; at < this.#end; at += 1) {
      const digit = text.charCodeAt(at) - zero;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (at >= this.#end || text.charCodeAt(at) !== tab) {
      this.#column();
      return NaN;
    }
    this.#at = at + 1;
    return at === start ? NaN : negative ? -value : value;
  }
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const [tab, minus, zero] = [9, 45, 48];

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
