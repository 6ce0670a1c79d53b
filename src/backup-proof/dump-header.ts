import type { BackupKind } from "./backup-format.ts";
import { readRdbHeader } from "./redis-header.ts";

/** What a dump says about itself. */
export interface DumpHeader {
  /** Version of the server that was dumped, as in `17.11 (Debian 17.11-0+deb13u1)`. */
  readonly dumpedFrom: string;
  /** Version of the pg_dump that made it. */
  readonly dumpedBy: string;
  readonly database?: string;
  /** When it was begun, on the clock of the machine that made it. */
  readonly madeAt?: Date;
}

/** The first block of a tar archive is the header of its first file. */
const tarBlockBytes = 512;

/**
 * Reads the header of a dump; undefined where it isn't whole. `head` holds the first bytes of the file.
 *
 * A custom dump keeps the local time of the machine that made it and not its zone: taken as UTC. A plain one has a time only where
 * `pg_dump --verbose` wrote it.
 */
export function readDumpHeader(kind: BackupKind, head: Buffer): DumpHeader | undefined {
  if (kind === "custom-dump") return readArchive(head);
  if (kind === "tar-dump") return readArchive(head.subarray(tarBlockBytes));
  if (kind === "base-backup") return readBaseBackup(head);
  if (kind === "redis-rdb") return readRdbHeader(head);
  return kind === "wal-tar" || kind === "pgbackrest" ? undefined : readPlain(head.toString("utf8"));
}

/** The major version that restores it: that of its pg_dump, for whose servers its SQL is written, and which only takes older ones. */
export function majorOf({ dumpedBy }: DumpHeader): number {
  return Number(/^\d+/.exec(dumpedBy)?.[0]);
}

function readPlain(text: string): DumpHeader | undefined {
  const dumpedFrom = /^-- Dumped from database version (.+)$/m.exec(text)?.[1]?.trim();
  const dumpedBy = /^-- Dumped by pg_dump(?:all)? version (.+)$/m.exec(text)?.[1]?.trim();
  if (dumpedFrom === undefined || dumpedBy === undefined || !/^\d+/.test(dumpedBy)) return undefined;
  const started = Date.parse(/^-- Started on (.+)$/m.exec(text)?.[1] ?? "");
  return { dumpedFrom, dumpedBy, ...(Number.isNaN(started) ? {} : { madeAt: new Date(started) }) };
}

/** `backup_label` is the first file of a base backup, and `PG_VERSION` comes soon after it. */
function readBaseBackup(head: Buffer): DumpHeader | undefined {
  const label = tarMember(head, "backup_label");
  const version = tarMember(head, "PG_VERSION")?.trim();
  if (label === undefined || version === undefined || !/^\d+$/.test(version)) return undefined;
  const started = Date.parse(/^START TIME: (.+)$/m.exec(label)?.[1] ?? "");
  const madeAt = Number.isNaN(started) ? {} : { madeAt: new Date(started) };
  return { dumpedFrom: version, dumpedBy: version, ...madeAt };
}

/** The content of a file among the first of a tar archive (POSIX ustar). */
function tarMember(archive: Buffer, wanted: string): string | undefined {
  for (let at = 0; at + tarBlockBytes <= archive.length;) {
    const [name = ""] = archive.toString("latin1", at, at + 100).split("\0");
    const size = Number.parseInt(archive.toString("latin1", at + 124, at + 135), 8);
    if (name === "" || !Number.isInteger(size) || size < 0) return undefined;
    const begin = at + tarBlockBytes;
    if (name === wanted && begin + size <= archive.length)
      return archive.toString("utf8", begin, begin + size);
    at = begin + Math.ceil(size / tarBlockBytes) * tarBlockBytes;
  }
  return undefined;
}

/** As pg_dump's `ReadHead`: magic, version, sizes, compression, time, names. Archives since version 1.11 (PostgreSQL 9.0). */
function readArchive(bytes: Buffer): DumpHeader | undefined {
  try {
    const reader = new ArchiveReader(bytes);
    return reader.header();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

class ArchiveReader {
  readonly #bytes: Buffer;
  #at = 5;
  #intBytes = 4;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  header(): DumpHeader {
    const version = this.#byte() * 100 + this.#byte();
    this.#byte();
    this.#intBytes = this.#byte();
    // Size of an offset; format.
    this.#byte();
    this.#byte();
    // Compression: an algorithm since 1.15, a level before.
    if (version >= 115) this.#byte();
    else this.#int();
    const [second = 0, minute = 0, hour = 0, day = 0, month = 0, year = 0] = [0, 1, 2, 3, 4, 5, 6].map(() =>
      this.#int(),
    );
    const [database, dumpedFrom, dumpedBy] = [this.#text(), this.#text(), this.#text()];
    if (!/^\d+/.test(dumpedBy)) throw new RangeError("no version");
    const madeAt = new Date(Date.UTC(1900 + year, month, day, hour, minute, second));
    return { dumpedFrom, dumpedBy, database, madeAt };
  }

  #byte(): number {
    return this.#bytes.readUInt8(this.#at++);
  }

  /** A sign, then the number, its lowest byte first. */
  #int(): number {
    const isNegative = this.#byte() !== 0;
    let value = 0;
    for (let index = 0; index < this.#intBytes; index += 1) value += this.#byte() * 256 ** index;
    return isNegative ? -value : value;
  }

  #text(): string {
    const length = this.#int();
    if (length < 0) return "";
    if (this.#at + length > this.#bytes.length) throw new RangeError("the header ends before its end");
    const text = this.#bytes.toString("utf8", this.#at, this.#at + length);
    this.#at += length;
    return text;
  }
}
