import type { VerifyBackupOptions } from "../backup-proof/open-verification.ts";
import { parseBytes, usualLimits, type SandboxLimits } from "../backup-proof/sandbox-limits.ts";
import { isS3Address } from "../backup-proof/aws.ts";
import { HarnessError } from "../harness-error.ts";
import { parseDurationMs } from "../runbook/duration.ts";

/** What to verify and against what, as it is written on the command line or in the file of a fleet. */
export interface VerificationWords {
  readonly file?: string | undefined;
  readonly key?: string | undefined;
  readonly globals?: string | undefined;
  readonly wal?: string | undefined;
  readonly backupManifest?: string | undefined;
  readonly superuser?: string | undefined;
  readonly target?: string | undefined;
  readonly stanza?: string | undefined;
  readonly role: readonly string[];
  readonly source?: string | undefined;
  readonly expect?: string | undefined;
  readonly canary?: string | undefined;
  readonly sha256?: string | undefined;
  readonly maxAge?: string | undefined;
  readonly maxRestore?: string | undefined;
  readonly disk?: string | undefined;
  readonly memory?: string | undefined;
  readonly time?: string | undefined;
}

/**
 * The options that the words stand for; `resolvePath` makes a path absolute.
 *
 * Throws a HarnessError with status 64 for a size or a duration that is none.
 */
export async function verificationOf(
  words: VerificationWords & { readonly file: string },
  resolvePath: (path: string) => string,
): Promise<Omit<VerifyBackupOptions, "signal" | "say">> {
  const { superuser, stanza, source, canary, sha256 } = words;
  return {
    file: place(words.file),
    roles: words.role,
    limits: await limitsOf(words),
    ...given({ superuser, stanza, source, canary, sha256, target: instant("--target", words.target) }),
    ...given({
      maxAgeMs: duration("--max-age", words.maxAge),
      maxRestoreMs: duration("--max-restore", words.maxRestore),
    }),
    ...given({
      key: path(words.key),
      globals: words.globals === undefined ? undefined : place(words.globals),
      wal: words.wal === undefined ? undefined : place(words.wal),
      backupManifest: path(words.backupManifest),
      expect: path(words.expect),
    }),
  };

  function place(word: string): string {
    return isS3Address(word) ? word : resolvePath(word);
  }

  function path(word: string | undefined): string | undefined {
    return word === undefined ? undefined : resolvePath(word);
  }
}

/** Only what has a value: an option that is not given is absent. */
function given<T extends object>(values: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}

async function limitsOf({ disk, memory, time }: VerificationWords): Promise<SandboxLimits> {
  const usual = await usualLimits();
  return {
    ...usual,
    diskBytes: bytes("--disk", disk) ?? usual.diskBytes,
    memoryBytes: bytes("--memory", memory) ?? usual.memoryBytes,
    timeMs: duration("--time", time) ?? usual.timeMs,
  };
}

function duration(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDurationMs(text);
  if (ms === undefined || ms <= 0) throw badValue(option, text, "a duration like 25h or 15 min");
  return ms;
}

/** PostgreSQL's way to write an instant, and RFC 3339. Without a zone it would be another instant on another machine. */
const instantPattern = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?) ?(?:Z|([+-]\d\d)(?::?(\d\d))?)$/;

function instant(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const [, day = "", time = "", hours = "+00", minutes = "00"] = instantPattern.exec(text.trim()) ?? [];
  const at = new Date(`${day}T${time}${hours}:${minutes}`);
  if (Number.isNaN(at.getTime()))
    throw badValue(option, text, "an instant with its zone, like 2026-11-09 01:59:59+00");
  return at;
}

/** The smallest server there is: an empty cluster takes 40 MB. */
const smallestBytes = 64 * 2 ** 20;

function bytes(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = parseBytes(text);
  if (value === undefined || value < smallestBytes)
    throw badValue(option, text, "a size like 512m or 8g, at least 64m");
  return value;
}

function badValue(option: string, found: string, expected: string): HarnessError {
  return new HarnessError(`Expected ${option} to be ${expected}, found "${found}"; write one.`, {
    code: "bad-value",
    exitStatus: 64,
  });
}
