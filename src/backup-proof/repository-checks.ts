import type { BackupFinding } from "./backup-finding.ts";
import type { Repository } from "./repository.ts";
import type { RepositoryBackup } from "./repository-info.ts";

/** Whether its key fits, before anything is read with it. */
export function keyFinding(
  { isEncrypted, path }: Repository,
  hasKey: boolean,
  trouble: string | undefined,
): BackupFinding | undefined {
  if (isEncrypted && !hasKey) {
    return {
      code: "key-missing",
      message: `The repository ${path} is encrypted and no key was given: without it nobody restores from it; give its passphrase with --key.`,
    };
  }
  if (!isEncrypted && hasKey) {
    return {
      code: "not-encrypted",
      message: `A key was given, so the repository ${path} should be encrypted, but anybody can read it: set repo1-cipher-type and repo1-cipher-pass, and make the backups anew.`,
    };
  }
  if (trouble === undefined) return undefined;
  return isEncrypted
    ? {
        code: "not-decryptable",
        message: `The repository ${path} can't be decrypted with the key that was given: that is another key, or its description is not as it was written (${trouble}).`,
      }
    : {
        code: "damaged",
        message: `The repository ${path} can't be read: its description, and the copy of it, are not as they were written (${trouble}).`,
      };
}

/** Reads what `pgbackrest verify --output=text --verbose` logged and printed; its exit status is 0 whatever it found. */
export function verifyFindings(said: string): BackupFinding[] {
  const bad = [
    ...said.matchAll(
      /(?:INFO|WARN|ERROR): (?:\[\d+\]: )?((?:invalid|unable|missing|file)[^\n]* '[^\n']*'[^\n]*)/g,
    ),
  ];
  const files = [...new Set(bad.map(([, what = ""]) => what.trim()))];
  const notValid = [...said.matchAll(/^ *backup: (\S+), status: (?!valid|in-progress)([^,\n]+)/gm)];
  const isOk = /^ *status: ok$/m.test(said);
  if (isOk && files.length === 0 && notValid.length === 0) return [];
  const backups = [...new Set(notValid.map(([, label = "", status = ""]) => `${label} is ${status}`))];
  const what = [...files.slice(0, 3), ...backups].join("; ");
  const more = files.length > 3 ? ` and ${String(files.length - 3)} more` : "";
  return [
    {
      code: "damaged",
      message: `Files of the repository are not as pgBackRest wrote them: ${what === "" ? firstLine(said) : what}${more}.`,
    },
  ];
}

/** pgBackRest itself marks a backup whose pages had wrong checksums when it was made. */
export function pageFindings(backups: readonly RepositoryBackup[]): BackupFinding[] {
  return backups
    .filter(({ error }) => error === true)
    .map(({ label }) => ({
      code: "corruption",
      message: `The backup ${label} was made of pages whose checksums were wrong already: the server had a damaged file.`,
    }));
}

function firstLine(said: string): string {
  return (said.split("\n").find((line) => line.trim() !== "") ?? "it gave no reason").slice(0, 160);
}
