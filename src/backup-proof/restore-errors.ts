import type { BackupFinding } from "./backup-finding.ts";
import { formatBytes, type SandboxLimits } from "./sandbox-limits.ts";

/** Errors that are named; the rest are counted. */
const namedErrors = 3;

/** The lines in which psql or pg_restore report an error, without what surrounds them. */
export function errorsIn(output: string): string[] {
  return output
    .split("\n")
    .flatMap((line) => {
      const psql = /^psql:[^:]*:(\d+): (?:ERROR|FATAL|PANIC|error):\s+(.*)$/.exec(line);
      if (psql !== null) return [`line ${psql[1] ?? ""}: ${psql[2] ?? ""}`];
      const restore = /^pg_restore: error: (?:could not execute query: ERROR:\s+)?(.*)$/.exec(line);
      if (restore !== null) return [restore[1] ?? ""];
      const other = /^(?:psql: error: |(?:ERROR|FATAL|PANIC):\s+)(.*)$/.exec(line);
      return other === null ? [] : [other[1] ?? ""];
    })
    .map((error) => error.slice(0, 240));
}

const missingRole = /role "(.+?)" does not exist/;

/** The roles that a restore needed and did not find. */
export function missingRolesIn(errors: readonly string[]): Set<string> {
  return new Set(errors.flatMap((error) => missingRole.exec(error)?.[1] ?? []));
}

/** What the errors of a restore say about the backup. `from` names what was restored, as in `the dump`. */
export function restoreFindings(
  from: string,
  errors: readonly string[],
  { diskBytes }: SandboxLimits,
): BackupFinding[] {
  if (errors.some((error) => /no space left on device/i.test(error))) {
    return [
      {
        code: "no-space",
        message: `Restoring ${from} needs more than the ${formatBytes(diskBytes)} that the server may take: give more with --disk, as far as memory allows.`,
      },
    ];
  }
  const missingRoles = new Set(
    errors.flatMap((error) => /role "(.+?)" does not exist/.exec(error)?.[1] ?? []),
  );
  const isAboutRole = (error: string): boolean => /role ".+?" does not exist/.test(error);
  const others = errors.filter((error) => !isAboutRole(error));
  const findings = [...missingRoles].map((role): BackupFinding => ({
    code: "role-missing",
    message: `${capitalised(from)} gives objects or rights to the role ${role}, and nothing in it makes that role: back it up too (pg_dumpall --globals-only) and give it with --globals, or say with --role ${role} that something else makes it.`,
  }));
  if (others.length > 0) findings.push(restoreError(from, others));
  return findings;
}

function restoreError(from: string, errors: readonly string[]): BackupFinding {
  const isCut = errors.some((error) =>
    /unexpected end of file|could not read from input file|end of file/i.test(error),
  );
  const named = errors.slice(0, namedErrors).join("; ");
  const rest = errors.length > namedErrors ? `; and ${errors.length - namedErrors} more` : "";
  return isCut
    ? {
        code: "cut-short",
        message: `${capitalised(from)} was cut short: the restore came to its end before all was there (${named}${rest}).`,
      }
    : {
        code: "restore-error",
        message: `Restoring ${from} onto an empty server gave ${errors.length === 1 ? "an error" : `${errors.length} errors`}: ${named}${rest}.`,
      };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
