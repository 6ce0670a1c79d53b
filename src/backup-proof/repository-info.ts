import { z } from "zod";
import type { BackupFinding } from "./backup-finding.ts";

const backupSchema = z.object({
  label: z.string(),
  type: z.enum(["full", "diff", "incr"]),
  error: z.boolean().nullish(),
  archive: z.object({ start: z.string().nullable(), stop: z.string().nullable() }),
  database: z.object({ id: z.int() }),
  backrest: z.object({ version: z.string() }),
  timestamp: z.object({ start: z.int(), stop: z.int() }),
});

const stanzaSchema = z.object({
  name: z.string(),
  backup: z.array(backupSchema),
  db: z.array(z.object({ id: z.int(), version: z.string() })),
  repo: z.array(z.object({ status: z.object({ code: z.int(), message: z.string() }) })),
  status: z.object({ code: z.int(), message: z.string() }),
});

export type RepositoryBackup = z.infer<typeof backupSchema>;

/** What `pgbackrest info` says of one stanza. */
export interface RepositoryInfo {
  /** Oldest first. */
  readonly backups: readonly RepositoryBackup[];
  readonly major: number | undefined;
  /** Why it can't be read; undefined where it can. */
  readonly trouble: string | undefined;
}

/** Reads the JSON of `pgbackrest info`. */
export function parseInfo(json: string, stanza: string): RepositoryInfo {
  // It quotes what it could not read as it is, and JSON holds no such bytes.
  const readable = json.replaceAll(/[\0-\x1f]/g, " ");
  const described = z
    .array(stanzaSchema)
    .parse(JSON.parse(readable))
    .find(({ name }) => name === stanza);
  const status = described?.repo[0]?.status ?? described?.status;
  const major = Number(/^\d+/.exec(described?.db.at(-1)?.version ?? "")?.[0]);
  // 2: it is readable, and has no backup.
  const isReadable = status !== undefined && (status.code === 0 || status.code === 2);
  return {
    backups: described?.backup ?? [],
    major: Number.isNaN(major) ? undefined : major,
    trouble: isReadable ? undefined : firstLine(status?.message ?? "it has no such stanza"),
  };
}

/** Messages quote what they could not read, whatever bytes that is. */
function firstLine(message: string): string {
  const [line = ""] = message.split("\n");
  return line
    .replaceAll(/[^\x20-\x7e]/g, "?")
    .slice(0, 200)
    .replace(/:$/, "");
}

/** Choice of the backup from which an instant is reached, or why there is none. */
export type ChosenBackup = { readonly backup: RepositoryBackup } | { readonly finding: BackupFinding };

/**
 * The newest backup, or the newest that was complete before the target.
 *
 * @param target undefined: as far as the WAL goes
 */
export function chooseBackup(
  backups: readonly RepositoryBackup[],
  target: Date | undefined,
  path: string,
): ChosenBackup {
  const [oldest] = backups;
  if (oldest === undefined) {
    return {
      finding: {
        code: "empty-backup",
        message: `The repository ${path} holds no backup: WAL alone restores nothing.`,
      },
    };
  }
  const before = backups.filter(
    ({ timestamp }) => target === undefined || timestamp.stop * 1_000 < target.getTime(),
  );
  const backup = before.at(-1);
  if (backup !== undefined) return { backup };
  return {
    finding: {
      code: "target-unreachable",
      message: `The repository ${path} does not reach back to ${target?.toISOString() ?? ""}: its oldest backup (${oldest.label}) was complete at ${new Date(oldest.timestamp.stop * 1_000).toISOString()}, and older ones have expired.`,
    },
  };
}
