import type { AnsweredBy, Survivor } from "../workload/ledger-entry.ts";
import { IdTable } from "./id-table.ts";

/** What a store holds, in columns: some 50 bytes per row. */
export class SurvivorTable {
  #ids = new IdTable();
  #hashes = new Uint32Array(4 << 12);
  #times = new Uint32Array(1 << 12);
  /** Number of the epoch + 1; 0 where the row does not say. */
  #epochs = new Uint16Array(1 << 12);
  /** 1: the ledger knows this id. */
  #known = new Uint8Array(1 << 12);
  /** Hashes that are no md5, which a damaged store may hold. */
  readonly #oddHashes = new Map<number, string>();
  /** Copies of an id whose payload is another than the first one's. */
  readonly #otherHashes = new Map<number, string>();
  readonly #epochNames: string[] = [];
  readonly #epochNumbers = new Map<string, number>();
  #rows = 0;

  /** Rows, duplicates counted. */
  get rows(): number {
    return this.#rows;
  }

  add({ id, payloadHash, answeredBy }: Survivor): void {
    this.#rows += 1;
    const row = this.#ids.numberOf(id);
    if (row >= this.#times.length) this.#grow();
    const times = (this.#times[row] ?? 0) + 1;
    this.#times[row] = times;
    if (times > 1) {
      if (this.hashOf(row) !== payloadHash) this.#otherHashes.set(row, payloadHash);
      return;
    }
    this.#setHash(row, payloadHash);
    if (answeredBy !== undefined) this.#epochs[row] = this.#epochNumber(answeredBy) + 1;
  }

  /** The row of an id, or -1. */
  find(id: number): number {
    return this.#ids.find(id);
  }

  times(row: number): number {
    return this.#times[row] ?? 0;
  }

  markKnown(row: number): void {
    this.#known[row] = 1;
  }

  /** Calls back with every id that was never marked. */
  forEachUnknown(visit: (id: number) => void): void {
    this.#ids.forEach((id, row) => {
      if (this.#known[row] !== 1) visit(id);
    });
  }

  /** Undefined where the payload is the expected one; else what was found instead. */
  foundInsteadOf(expected: string, row: number): string | undefined {
    if (!this.#hasHash(row, expected)) return this.hashOf(row);
    return this.#otherHashes.get(row);
  }

  epochOf(row: number): string | undefined {
    return this.#epochNames[(this.#epochs[row] ?? 0) - 1];
  }

  hashOf(row: number): string {
    const odd = this.#oddHashes.get(row);
    if (odd !== undefined) return odd;
    let text = "";
    for (let word = 0; word < 4; word += 1) {
      text += (this.#hashes[row * 4 + word] ?? 0).toString(16).padStart(8, "0");
    }
    return text;
  }

  #setHash(row: number, hash: string): void {
    if (hash.length === 32) {
      let valid = true;
      for (let word = 0; word < 4; word += 1) {
        const value = hexWord(hash, word * 8);
        if (value < 0) valid = false;
        else this.#hashes[row * 4 + word] = value;
      }
      if (valid) return;
    }
    this.#oddHashes.set(row, hash);
  }

  #hasHash(row: number, hash: string): boolean {
    if (this.#oddHashes.size > 0 && this.#oddHashes.has(row)) return this.#oddHashes.get(row) === hash;
    if (hash.length !== 32) return false;
    for (let word = 0; word < 4; word += 1) {
      if (hexWord(hash, word * 8) !== this.#hashes[row * 4 + word]) return false;
    }
    return true;
  }

  #epochNumber(answeredBy: AnsweredBy): number {
    const name = epochName(answeredBy);
    let number = this.#epochNumbers.get(name);
    if (number === undefined) {
      number = this.#epochNames.push(name) - 1;
      this.#epochNumbers.set(name, number);
    }
    return number;
  }

  #grow(): void {
    const size = this.#times.length * 2;
    this.#hashes = enlarged(new Uint32Array(size * 4), this.#hashes);
    this.#times = enlarged(new Uint32Array(size), this.#times);
    this.#epochs = enlarged(new Uint16Array(size), this.#epochs);
    this.#known = enlarged(new Uint8Array(size), this.#known);
  }
}

/** The branch of history that a write belongs to: the timeline where there are timelines, else the server that took it. */
export function epochName(answeredBy: AnsweredBy): string {
  return answeredBy.timeline === undefined ? answeredBy.node : String(answeredBy.timeline);
}

function enlarged<Column extends Uint8Array | Uint16Array | Uint32Array>(
  column: Column,
  old: Column,
): Column {
  column.set(old);
  return column;
}

/** By character code: the value of a lower-case hexadecimal digit, or 255. */
const hexDigits = new Uint8Array(128).fill(255);
for (let value = 0; value < 16; value += 1) hexDigits[value.toString(16).charCodeAt(0)] = value;

/** Eight lower-case hexadecimal digits as a number; -1 where they are none. */
function hexWord(text: string, start: number): number {
  let value = 0;
  let worst = 0;
  for (let at = start; at < start + 8; at += 1) {
    const digit = hexDigits[text.charCodeAt(at)] ?? 255;
    worst |= digit;
    value = (value << 4) | digit;
  }
  return worst > 15 ? -1 : value >>> 0;
}
