import { compareIntegrity } from "../integrity/compare-integrity.ts";
import type { CheckResult, IntegrityDifference, IntegritySnapshot } from "../integrity/integrity-snapshot.ts";
import type { BackupFinding } from "./backup-finding.ts";
import type { Expectation } from "./expectation.ts";
import { sandboxUser } from "./sandbox.ts";
import type { DatabaseContent } from "./restored-database.ts";

/** Differences that are named in one sentence. */
const namedDifferences = 3;

/** Not part of a dump of one database: the server's own, and what only a backup of the whole cluster has. */
const ofTheServer: ReadonlySet<string> = new Set(["settings", "checksum-failures"]);
const ofTheCluster: ReadonlySet<string> = new Set(["roles", "role-settings"]);

/** Everything but rows that is not as expected. `withRoles`: roles were part of what was restored. */
export function structureFindings(
  { structure, label }: Expectation,
  found: IntegritySnapshot,
  withRoles: boolean,
): BackupFinding[] {
  if (structure === undefined) return [];
  const all = compareIntegrity(comparable(structure, withRoles), comparable(found, withRoles));
  const differences = all.filter(({ before, after }) => before !== undefined || after !== undefined);
  const notRun = all.filter(({ before, after }) => before === undefined && after === undefined);
  return [...differing(differences, label), ...notCompared(notRun, label)];
}

function differing(differences: readonly IntegrityDifference[], label: string): BackupFinding[] {
  if (differences.length === 0) return [];
  const named = differences.slice(0, namedDifferences).map(({ message }) => message.slice(0, 240));
  const rest = differences.length - named.length;
  return [
    {
      code: "schema-differs",
      message: `The restored database is not built as ${label}: ${named.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}.`,
    },
  ];
}

function notCompared(notRun: readonly IntegrityDifference[], label: string): BackupFinding[] {
  if (notRun.length === 0) return [];
  const named = notRun.slice(0, namedDifferences).map(({ message }) => message.slice(0, 240));
  return [
    {
      code: "check-not-run",
      message: `The restored database could not be compared in everything with ${label}: ${named.join("; ")}.`,
    },
  ];
}

function comparable(snapshot: IntegritySnapshot, withRoles: boolean): IntegritySnapshot {
  const checks = Object.entries(snapshot.checks).flatMap(([name, result]): [string, CheckResult][] => {
    if (ofTheServer.has(name) || name === "sequences-behind") return [];
    if (!withRoles && ofTheCluster.has(name)) return [];
    return [[name, withoutOwnObjects(result)]];
  });
  return { ...snapshot, checks: Object.fromEntries(checks) };
}

/** The database's own entry belongs to its name and owner, which the restored one does not share. */
function withoutOwnObjects(result: CheckResult): CheckResult {
  if (!result.ran) return result;
  const objects = Object.entries(result.objects).filter(
    ([object]) =>
      object !== "database" && object !== `role ${sandboxUser}` && !object.startsWith(`${sandboxUser} in `),
  );
  return { ran: true, objects: Object.fromEntries(objects) };
}

/** What a server says of pages and values that are not as they were written: errors of class XX, and what files say. */
const damage =
  /XX00[012]|invalid page|could not read blocks?|missing chunk|unexpected chunk|compressed .* data is corrupt/;

/** What the restored database says of itself that is wrong whatever was expected. */
export function ownFindings({ integrity, unread }: DatabaseContent): BackupFinding[] {
  const behind = integrity.checks["sequences-behind"];
  const findings: BackupFinding[] = Object.entries(behind?.ran === true ? behind.objects : {}).map(
    ([object, state]) => ({
      code: "sequence-behind",
      message: `The sequence ${object} is behind: ${state}; the first insert after a restore fails.`,
    }),
  );
  const corrupt = [...unread].filter(([, reason]) => damage.test(reason));
  findings.push(
    ...corrupt.map(([table, reason]): BackupFinding => ({
      code: "corruption",
      message: `${table} can't be read whole: ${reason}.`,
    })),
  );
  const notRun = [
    ...Object.entries(integrity.checks).flatMap(([name, result]) =>
      result.ran ? [] : [`${name}: ${result.reason}`],
    ),
    ...[...unread]
      .filter(([, reason]) => !damage.test(reason))
      .map(([table, reason]) => `${table}: ${reason}`),
  ];
  if (notRun.length > 0) {
    findings.push({
      code: "check-not-run",
      message: `The restored database could not be checked for everything: ${notRun.slice(0, namedDifferences).join("; ")}.`,
    });
  }
  return findings;
}

export interface KnownRoles {
  readonly rolesThere: ReadonlySet<string>;
  /** The restore has missed them already, and said so. */
  readonly missed: ReadonlySet<string>;
}

/** Sequences and roles that are not as expected. */
export function expectedStateFindings(
  { sequences, roles, label }: Expectation,
  found: DatabaseContent,
  { rolesThere, missed }: KnownRoles,
): BackupFinding[] {
  const behind = [...sequences].flatMap(([name, last]): BackupFinding[] => {
    const state = found.sequences.get(name);
    if (state !== undefined && isNotBehind(last, state.last, state.ascending)) return [];
    const is = state === undefined ? "is not in the backup" : `stands at ${state.last ?? "its start"}`;
    return [
      {
        code: "sequence-behind",
        message: `The sequence ${name} ${is}, and stood at ${last ?? "its start"} in ${label}.`,
      },
    ];
  });
  const missing = roles.filter((role) => !rolesThere.has(role) && !missed.has(role));
  if (missing.length === 0) return behind;
  return [
    ...behind,
    {
      code: "role-missing",
      message: `The database needs ${missing.length === 1 ? "the role" : "the roles"} ${missing.join(", ")} according to ${label}, and nothing in the backup makes ${missing.length === 1 ? "it" : "them"}: back roles up too (pg_dumpall --globals-only) and give them with --globals, or name with --role what something else makes.`,
    },
  ];
}

function isNotBehind(expected: string | null, found: string | null, ascending: boolean): boolean {
  if (expected === null) return true;
  if (found === null) return false;
  return ascending ? BigInt(found) >= BigInt(expected) : BigInt(found) <= BigInt(expected);
}
