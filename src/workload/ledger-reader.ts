import { createReadStream } from "node:fs";
import { HarnessError } from "../harness-error.ts";
import type { Instant } from "../timeline/clock.ts";
import type { LedgerEntry } from "./ledger-entry.ts";
import { EntryDecoder, trailerMark } from "./ledger-format.ts";
import type { LedgerHeader } from "./ledger-format.ts";

/** How a ledger ended. */
export interface LedgerEnd {
  /** The writers stopped in an orderly way, and every entry is here. */
  readonly complete: boolean;
  /** Until when the ledger speaks; where it was cut short, the latest answer in it. */
  readonly endsAt: Instant;
  readonly entries: number;
  /** A last line that the death of the harness cut off. */
  readonly cutLine?: string;
}

export interface Ledger extends Omit<LedgerEnd, "entries"> {
  readonly header: LedgerHeader;
  readonly entries: readonly LedgerEntry[];
}

/** Reads a whole ledger into memory: a few hundred bytes per entry. */
export async function readLedger(file: string): Promise<Ledger> {
  const { header, batches } = await openLedger(file);
  const entries: LedgerEntry[] = [];
  for (;;) {
    const next = await batches.next();
    if (next.done === true) return { ...next.value, header, entries };
    for (const entry of next.value) entries.push(entry);
  }
}

export interface OpenLedger {
  readonly header: LedgerHeader;
  /** Entries in the order in which their answers came, some thousands at a time; returns how the ledger ended. */
  readonly batches: AsyncGenerator<readonly LedgerEntry[], LedgerEnd>;
}

/**
 * Reads a ledger in pieces, in memory that does not grow with it.
 *
 * @throws HarnessError 65 where the file is no ledger, is of another version, or is damaged before its last line.
 */
export async function openLedger(file: string): Promise<OpenLedger> {
  const pieces = wholeLines(file);
  const first = await pieces.next();
  const text = first.done === true ? "" : first.value.text;
  const headerEnd = text.indexOf("\n");
  const header = readHeader(file, headerEnd === -1 ? "" : text.slice(0, headerEnd));
  return { header, batches: readBatches(file, header, text, headerEnd + 1, pieces) };
}

interface Piece {
  readonly text: string;
  /** Rest of the file after the last line feed; only in the last piece. */
  readonly cutLine?: string;
}

async function* wholeLines(file: string): AsyncGenerator<Piece> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(file, { encoding: "latin1", highWaterMark: 256 * 1024 })) {
      const text = rest + (chunk as string);
      const end = text.lastIndexOf("\n") + 1;
      rest = text.slice(end);
      if (end > 0) yield { text: text.slice(0, end) };
    }
  } catch (cause) {
    throw unreadable(file, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (rest !== "") yield { text: "", cutLine: rest };
}

async function* readBatches(
  file: string,
  header: LedgerHeader,
  firstText: string,
  firstStart: number,
  pieces: AsyncGenerator<Piece>,
): AsyncGenerator<readonly LedgerEntry[], LedgerEnd> {
  const decoder = new EntryDecoder(header.streams);
  let lineNumber = 1;
  let entries = 0;
  let latest = 0;
  let trailer: { readonly entries: number; readonly endsAt: Instant } | undefined;
  let cutLine: string | undefined;
  let start = firstStart;
  for (
    let piece: Piece | undefined = { text: firstText };
    piece !== undefined;
    piece = await nextPiece(pieces)
  ) {
    const { text } = piece;
    cutLine = piece.cutLine;
    const batch: LedgerEntry[] = [];
    while (start < text.length) {
      const end = text.indexOf("\n", start);
      lineNumber += 1;
      if (trailer !== undefined) throw unreadable(file, `line ${lineNumber} stands behind the trailer`);
      if (text[start] === trailerMark) {
        trailer = readTrailer(file, text.slice(start, end));
      } else {
        const entry = decoder.decode(text, start, end);
        if (entry === undefined) throw unreadable(file, `line ${lineNumber} is no entry`);
        if (entry.answeredAt > latest) latest = entry.answeredAt;
        batch.push(entry);
      }
      start = end + 1;
    }
    start = 0;
    entries += batch.length;
    if (batch.length > 0) yield batch;
  }
  return {
    complete: trailer !== undefined && trailer.entries === entries && cutLine === undefined,
    endsAt: trailer?.endsAt ?? latest,
    entries,
    ...(cutLine === undefined ? {} : { cutLine }),
  };
}

async function nextPiece(pieces: AsyncGenerator<Piece>): Promise<Piece | undefined> {
  const next = await pieces.next();
  return next.done === true ? undefined : next.value;
}

function readTrailer(file: string, line: string): { entries: number; endsAt: Instant } {
  const match = /^#end\t(\d+)\t(\d+)$/.exec(line);
  if (match === null) throw unreadable(file, "its trailer is damaged");
  return { entries: Number(match[1]), endsAt: Number(match[2]) / 1000 };
}

function readHeader(file: string, line: string): LedgerHeader {
  let value: Partial<LedgerHeader> | null;
  try {
    value = JSON.parse(line) as Partial<LedgerHeader> | null;
  } catch (cause) {
    throw unreadable(file, "its first line is no header", cause);
  }
  if (value?.format !== "drill-ledger") throw unreadable(file, "its first line is no header");
  if ((value.version as number) !== 1 || !Array.isArray(value.streams) || typeof value.runId !== "string") {
    throw unreadable(
      file,
      `its format is version ${String(value.version)}, and this program reads version 1`,
    );
  }
  return value as LedgerHeader;
}

function unreadable(file: string, why: string, cause?: unknown): HarnessError {
  return new HarnessError(
    `${file} should be a ledger, but ${why}: give the folder of a run as it was written.`,
    {
      code: "ledger-unreadable",
      exitStatus: 65,
      cause,
    },
  );
}
