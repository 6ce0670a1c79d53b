import { readFile } from "node:fs/promises";
import { HarnessError } from "../harness-error.ts";
import { openBackupFile, type BackupFile } from "./backup-file.ts";
import { isBackup, isWrapping, kindOf } from "./backup-format.ts";
import type { Expected } from "./check-restored.ts";
import { expectationOfManifest, expectationOfSource } from "./expectation.ts";
import { notABackup } from "./fetch-backup.ts";
import { readManifest } from "./manifest.ts";
import { isS3Address } from "./aws.ts";
import { isBucketFolder, openRepositoryInBucket } from "./repository-bucket.ts";
import { isFolder, openRepositoryFolder } from "./repository-folder.ts";
import type { Repository } from "./repository.ts";
import { openS3Object } from "./s3-object.ts";
import type { SandboxLimits } from "./sandbox-limits.ts";
import { openSource, type SourceDatabase } from "./source-database.ts";

/**
 * What to verify, and against what. Paths are absolute, or addresses of objects (`s3://bucket/key`) for `file`, `globals` and `wal`; of a
 * repository in a bucket it is the address of its folder (`s3://bucket/path/`).
 */
export interface VerifyBackupOptions {
  readonly file: string;
  /** Private key, or passphrase, to decrypt with. */
  readonly key?: string;
  /** Roles and tablespaces, as `pg_dumpall --globals-only` writes them; restored first. */
  readonly globals?: string;
  /** WAL of a base backup, `pg_wal.tar`, unless it is within it. */
  readonly wal?: string;
  /** The server's own list of the files of a base backup, `backup_manifest`. */
  readonly backupManifest?: string;
  /** A superuser of the server of which it is a base backup. Default `postgres`. */
  readonly superuser?: string;
  /** The instant to which it is recovered; default as far as its WAL goes. */
  readonly target?: Date;
  /** Of a pgBackRest repository that has several. */
  readonly stanza?: string;
  /** Roles that something else than the backup makes. */
  readonly roles: readonly string[];
  /** URL of the database that was backed up, and stands still. */
  readonly source?: string;
  /** Manifest that was written in the dump's snapshot. */
  readonly expect?: string;
  /** A text that some column must hold, exactly. */
  readonly canary?: string;
  /** Of the file, in hexadecimal. */
  readonly sha256?: string;
  /** How old the backup may be. */
  readonly maxAgeMs?: number;
  /** How long fetching and restoring may take. */
  readonly maxRestoreMs?: number;
  readonly limits: SandboxLimits;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Everything that can be refused before anything is started. Disposing closes the files and the session. */
export interface OpenedVerification extends AsyncDisposable {
  readonly options: VerifyBackupOptions;
  readonly file: BackupFile;
  /** The same, where it is a pgBackRest repository. */
  readonly repository: Repository | undefined;
  readonly globals: BackupFile | undefined;
  readonly wal: BackupFile | undefined;
  readonly fileList: Buffer | undefined;
  readonly key: Buffer | undefined;
  readonly expected: Expected;
}

/**
 * Opens what the options name and reads the source.
 *
 * Throws a {@link HarnessError}: 64, 65 or 69.
 */
export async function openVerification(options: VerifyBackupOptions): Promise<OpenedVerification> {
  await using stack = new AsyncDisposableStack();
  const fetching = { limitBytes: options.limits.diskBytes, signal: options.signal };
  const openFile = (path: string, option: string): Promise<BackupFile> =>
    isS3Address(path) ? openS3Object(path, fetching) : openBackupFile(path, option);
  const found = await openRepository(options, fetching);
  const repository = found === undefined ? undefined : stack.use(found);
  const file = repository ?? stack.use(await openFile(options.file, "--file"));
  const globals =
    options.globals === undefined ? undefined : stack.use(await openFile(options.globals, "--globals"));
  const wal = options.wal === undefined ? undefined : stack.use(await openFile(options.wal, "--wal"));
  const files = [repository === undefined ? file : undefined, globals, wal];
  for (const opened of files.filter((one) => one !== undefined)) {
    const kind = kindOf(opened.head);
    if (!isWrapping(kind) && !isBackup(kind) && kind !== "empty") throw notABackup(opened.path, kind, []);
  }
  const fileList =
    options.backupManifest === undefined
      ? undefined
      : await readSmallFile(
          options.backupManifest,
          "--backup-manifest to name the backup_manifest of a base backup",
        );
  const key =
    options.key === undefined
      ? undefined
      : await readSmallFile(options.key, "--key to name the key that decrypts the backup");
  const manifest = options.expect === undefined ? undefined : await readManifest(options.expect);
  let source: SourceDatabase | undefined;
  if (options.source !== undefined) {
    options.say("reading the source");
    source = stack.use(await openSource(options.source));
  }
  const owned = stack.move();
  return {
    options,
    file,
    repository,
    globals,
    wal,
    fileList,
    key,
    expected: {
      ...(manifest === undefined ? {} : { manifest }),
      ...(source === undefined ? {} : { source }),
      ...(options.canary === undefined ? {} : { canary: options.canary }),
      expectations: [
        ...(manifest === undefined ? [] : [expectationOfManifest(manifest, options.expect ?? "")]),
        ...(source === undefined ? [] : [expectationOfSource(source.content, source.label)]),
      ],
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Undefined for what is no folder. */
async function openRepository(
  { file, stanza, say }: VerifyBackupOptions,
  fetching: { readonly limitBytes: number; readonly signal: AbortSignal },
): Promise<Repository | undefined> {
  if (isBucketFolder(file)) {
    say(`fetching the repository ${file}`);
    return openRepositoryInBucket(file, stanza, fetching);
  }
  return !isS3Address(file) && (await isFolder(file)) ? openRepositoryFolder(file, stanza) : undefined;
}

async function readSmallFile(path: string, expected: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    throw new HarnessError(`Expected ${expected}, but ${path} can't be read (${code}); name another.`, {
      code: "file-not-readable",
      exitStatus: 65,
      cause,
    });
  }
}
