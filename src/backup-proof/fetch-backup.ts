import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import { HarnessError } from "../harness-error.ts";
import { headBytes, isBackup, isEncryption, isWrapping, kindNames, kindOf } from "./backup-format.ts";
import type { BackupKind, FileKind, Wrapping } from "./backup-format.ts";
import type { BackupFile } from "./backup-file.ts";
import type { BackupFinding } from "./backup-finding.ts";
import { bringKey, decodeLayer, readEnd, readStart } from "./decode-layer.ts";
import { readDumpHeader, type DumpHeader } from "./dump-header.ts";
import { layerFinding } from "./layer-finding.ts";
import { backupFolder, type Sandbox } from "./sandbox.ts";
import { formatBytes, harmlessBytes } from "./sandbox-limits.ts";

/** A backup that lies unpacked in the sandbox. */
export interface FetchedBackup {
  readonly kind: BackupKind;
  /** In the sandbox. */
  readonly path: string;
  /** Undefined for roles alone and for WAL, which have none. */
  readonly header: DumpHeader | undefined;
  readonly unpackedBytes: number;
}

/** What came of a file: wrappings that came off, and a backup unless a finding says why there is none. */
export interface Fetched {
  readonly wrappings: readonly Wrapping[];
  readonly backup: FetchedBackup | undefined;
  readonly findings: readonly BackupFinding[];
}

export interface FetchOptions {
  /** Name of the file in the sandbox. */
  readonly name: string;
  /** What is wrapped in encryption is decrypted with it, and a file that is not is a finding. */
  readonly key?: Buffer;
  readonly signal: AbortSignal;
}

/** A dump within gzip within encryption within gzip is odd; more is somebody's joke. */
const wrappingsAtMost = 4;

/**
 * Copies a file into the sandbox and takes off what it is wrapped in, there and nowhere else: the host reads its bytes and looks at the
 * first of them.
 *
 * Throws a {@link HarnessError} with status 65 when what comes out is no backup that can be restored.
 */
export async function fetchBackup(
  sandbox: Sandbox,
  workshop: Docker.Container,
  file: BackupFile,
  { name, key, signal }: FetchOptions,
): Promise<Fetched> {
  const { docker, limits } = sandbox;
  const wrappings: Wrapping[] = [];
  const findings: BackupFinding[] = [];
  const end = (finding?: BackupFinding, backup?: FetchedBackup): Fetched => ({
    wrappings,
    backup,
    findings: finding === undefined ? findings : [...findings, finding],
  });
  if (key !== undefined) await bringKey(docker, workshop, key);

  let kind = kindOf(file.head);
  let head = file.head;
  let bytes = file.bytes;
  let path = "";
  if (key !== undefined && !isEncryption(kind) && kind !== "empty") {
    findings.push({
      code: "not-encrypted",
      message: `A key was given, so ${file.path} should be encrypted, but it is ${kindNames[kind]} that anybody can read: find out what put it there unencrypted.`,
    });
  }
  while (isWrapping(kind) || path === "") {
    if (isEncryption(kind) && key === undefined) return end(keyMissing(file.path, kind));
    if (wrappings.length === wrappingsAtMost) throw notABackup(file.path, kind, wrappings);
    if (!isWrapping(kind) && !isBackup(kind)) break;
    const wrapping = isWrapping(kind) ? kind : undefined;
    const output = `${backupFolder}/${name}.${wrappings.length}`;
    const ratioLimit = Math.max(harmlessBytes, bytes * limits.unpackRatio);
    const limit = Math.min(limits.diskBytes, ratioLimit);
    const layer = await decodeLayer(docker, workshop, wrapping, {
      input: path === "" ? file.read() : path,
      output,
      limit,
      signal,
      timeMs: limits.timeMs,
    });
    const finding = layerFinding({ file: file.path, wrapping, layer, bytes, limits, ratioLimit });
    if (finding !== undefined) return end(finding);
    if (path !== "") await execInContainer(docker, workshop.id, ["rm", path]);
    if (wrapping !== undefined) wrappings.push(wrapping);
    bytes = layer.bytes;
    path = output;
    head = await readStart(docker, workshop, path, headBytes);
    kind = kindOf(head);
  }
  if (kind === "empty") return end(emptyBackup(file, wrappings));
  if (!isBackup(kind)) throw notABackup(file.path, kind, wrappings);
  const header = readDumpHeader(kind, head);
  if (header === undefined && kind !== "cluster-dump" && kind !== "wal-tar") {
    return end(cutShort(file.path, `it ends within its own header, after ${formatBytes(bytes)}`));
  }
  const cut = await missingEnd(docker, workshop, kind, path);
  if (cut !== undefined) findings.push(cutShort(file.path, cut));
  return end(undefined, { kind, path, header, unpackedBytes: bytes });
}

/** A tar archive ends with two blocks of zeros. */
const tarEnd = Buffer.alloc(1024);

/** How each kind ends, where it ends in some way: a custom dump is read to its end when it is restored. */
async function missingEnd(
  docker: Docker,
  workshop: Docker.Container,
  kind: BackupKind,
  path: string,
): Promise<string | undefined> {
  if (kind === "custom-dump" || kind === "redis-rdb") return undefined;
  const end = await readEnd(docker, workshop, path, 4096);
  if (kind === "tar-dump" || kind === "base-backup" || kind === "wal-tar") {
    return end.subarray(-tarEnd.length).equals(tarEnd) ? undefined : "the archive lacks its end";
  }
  const last =
    kind === "plain-dump"
      ? "-- PostgreSQL database dump complete"
      : "-- PostgreSQL database cluster dump complete";
  const text = end.toString("utf8");
  if (text.includes(`\n${last}\n`)) return undefined;
  return `its last line should be "${last}", and is "${(text.trimEnd().split("\n").at(-1) ?? "").slice(0, 80)}"`;
}

function cutShort(path: string, what: string): BackupFinding {
  return {
    code: "cut-short",
    message: `${path} was cut short: ${what}; whatever wrote it ended before it was done.`,
  };
}

function keyMissing(path: string, kind: FileKind): BackupFinding {
  return {
    code: "key-missing",
    message: `${path} is encrypted (${kindNames[kind]}) and no key was given: without it nobody restores this backup; give it with --key.`,
  };
}

function emptyBackup({ path, bytes }: BackupFile, wrappings: readonly Wrapping[]): BackupFinding {
  const found =
    wrappings.length === 0
      ? "is an empty file"
      : `is ${formatBytes(bytes)} of intact ${wrappings.map((wrapping) => kindNames[wrapping]).join(" around ")} with nothing in it`;
  return {
    code: "empty-backup",
    message: `${path} ${found}: the program that should have written the dump failed, and the job went on (a pipe's status is that of its last command).`,
  };
}

const advice: Partial<Readonly<Record<FileKind, string>>> = {
  age: "decrypt it with age first",
  "openssl-enc":
    "it has no authentication, so nothing tells a changed file: encrypt with openssl cms, or decrypt it first",
  "utf-16": "a shell that redirects as UTF-16 has rewritten it: let pg_dump write the file itself (--file)",
};

export function notABackup(path: string, kind: FileKind, wrappings: readonly Wrapping[]): HarnessError {
  const within = wrappings
    .map((wrapping) => ` within ${kindNames[wrapping]}`)
    .toReversed()
    .join("");
  return new HarnessError(
    `Expected a dump by pg_dump or pg_dumpall (plain, custom or tar format), the base.tar of pg_basebackup or an RDB file of Redis, perhaps within gzip, zstd, openssl cms or gpg, in ${path}, found ${kindNames[kind]}${within}; ${advice[kind] ?? "name another file"}.`,
    { code: "not-a-backup", exitStatus: 65 },
  );
}
