import type { BackupFinding } from "./backup-finding.ts";
import type { ExpectedTable, Expectation } from "./expectation.ts";
import type { DatabaseContent, TableContent } from "./restored-database.ts";

/** One table, expected and found. */
export interface ComparedTable {
  readonly name: string;
  readonly expected: ExpectedTable | undefined;
  readonly found: TableContent | undefined;
  readonly result: TableResult;
}

/** `same-rows`: as many rows, and nothing said what is in them; `not-compared`: nothing said anything about the table. */
export type TableResult = "same" | "same-rows" | "differs" | "missing" | "unexpected" | "not-compared";

/** Tables that are named in one sentence. */
const namedTables = 5;

/** Every table on either side. Without an expectation, or where one side could not be read, nothing is compared. */
export function compareTables(
  expectation: Expectation | undefined,
  { tables, unread }: Pick<DatabaseContent, "tables" | "unread">,
): ComparedTable[] {
  const names = new Set([...(expectation?.tables.keys() ?? []), ...tables.keys(), ...unread.keys()]);
  return [...names].toSorted().map((name) => {
    const expected = expectation?.tables.get(name);
    const found = tables.get(name);
    const isUnread = unread.has(name) || expectation?.unread.has(name) === true;
    const result = isUnread ? "not-compared" : resultOf(expected, found, expectation?.complete === true);
    return { name, expected, found, result };
  });
}

function resultOf(
  expected: ExpectedTable | undefined,
  found: TableContent | undefined,
  complete: boolean,
): TableResult {
  if (expected === undefined) return complete ? "unexpected" : "not-compared";
  if (found === undefined) return "missing";
  if (expected.rows !== found.rows) return "differs";
  if (expected.digest === undefined) return "same-rows";
  return expected.digest === found.digest ? "same" : "differs";
}

/** What the tables say about the backup. `label` names what they were compared with. */
export function tableFindings(tables: readonly ComparedTable[], label: string): BackupFinding[] {
  const of = (result: TableResult): ComparedTable[] => tables.filter((table) => table.result === result);
  const missing = of("missing");
  const unexpected = of("unexpected");
  const findings = of("differs").map((table) => ({
    code: "table-differs" as const,
    message: differsSentence(table, label),
  }));
  return [
    ...(missing.length === 0
      ? []
      : [
          {
            code: "table-missing" as const,
            message: `${listed(missing)} ${missing.length === 1 ? "is" : "are"} in ${label}, and not in the backup.`,
          },
        ]),
    ...findings,
    ...(unexpected.length === 0
      ? []
      : [
          {
            code: "table-unexpected" as const,
            message: `${listed(unexpected)} ${unexpected.length === 1 ? "is" : "are"} in the backup, and not in ${label}: the two are not of one moment.`,
          },
        ]),
  ];
}

function differsSentence({ name, expected, found }: ComparedTable, label: string): string {
  if (expected?.rows !== found?.rows) {
    return `${name} should have ${expected?.rows ?? ""} rows according to ${label}, and came back with ${found?.rows ?? ""}.`;
  }
  return `${name} came back with its ${found?.rows ?? ""} rows, but what is in them is not what ${label} says (digest ${found?.digest ?? ""}, expected ${expected?.digest ?? ""}).`;
}

function listed(tables: readonly ComparedTable[]): string {
  const names = tables
    .slice(0, namedTables)
    .map(({ name, expected }) => (expected === undefined ? name : `${name} (${expected.rows} rows)`));
  const rest = tables.length - names.length;
  return `${names.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
