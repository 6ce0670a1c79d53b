import type { ClientBase } from "pg";
import { describeTable, pinnedSettings, type DescribedTable } from "./table-digest.ts";

/** A row that is not the same on both sides. */
export interface DifferingRow {
  /** Its primary key as it prints; the row itself where the table has none. */
  readonly key: string;
  /** As it prints; undefined where it is not there. */
  readonly before?: string;
  readonly after?: string;
}

/** Rows are compared in so many groups, so that only groups that differ travel. */
const groups = 1_024;

/** Groups that are fetched; more rows than that differ, and the first ones are among those named. */
const fetchedGroups = 16;

/**
 * The first rows, by key, in which one table differs between two databases. For naming them once the digests differ: both databases
 * must be reachable. `limit`: default 5.
 */
export async function differingRows(
  before: ClientBase,
  after: ClientBase,
  table: string,
  { limit = 5 }: { readonly limit?: number } = {},
): Promise<DifferingRow[]> {
  const was = await openSide(before, table);
  const is = await openSide(after, table);
  const [left, right] = await Promise.all([groupSums(was), groupSums(is)]);
  const differing = Array.from({ length: groups }, (_, group) => group)
    .filter((group) => left.get(group) !== right.get(group))
    .slice(0, fetchedGroups);
  const [wasRows, isRows] = await Promise.all([groupRows(was, differing), groupRows(is, differing)]);
  return rowsNotInBoth(wasRows, isRows).slice(0, limit);
}

interface Side {
  readonly client: ClientBase;
  readonly table: DescribedTable;
  /** SQL for the text that names a row `t`. */
  readonly key: string;
}

async function openSide(client: ClientBase, name: string): Promise<Side> {
  await client.query(pinnedSettings);
  const table = await describeTable(client, name);
  const key =
    table.key.length === 0 ? "t::text" : `row(${table.key.map((column) => `t.${column}`).join(", ")})::text`;
  return { client, table, key };
}

function groupOf({ key }: Side): string {
  return `(hashtextextended(${key}, 0) & ${groups - 1})::int`;
}

async function groupSums(side: Side): Promise<Map<number, string>> {
  const { rows } = await side.client.query<{ group: number; sum: string }>(
    `select ${groupOf(side)} as group, sum(${side.table.rowHash})::text as sum from ${side.table.from} t group by 1`,
  );
  return new Map(rows.map(({ group, sum }) => [group, sum]));
}

interface NamedRow {
  readonly key: string;
  readonly text: string;
  readonly hash: string;
}

async function groupRows(side: Side, wanted: readonly number[]): Promise<NamedRow[]> {
  const { rows } = await side.client.query<NamedRow>(
    `select ${side.key} as key, t::text as text, (${side.table.rowHash})::text as hash
     from ${side.table.from} t where ${groupOf(side)} = any($1)`,
    [[...wanted]],
  );
  return rows;
}

/** Rows may be there several times where no key forbids it: each pair of equal ones is taken out once. */
function rowsNotInBoth(was: readonly NamedRow[], is: readonly NamedRow[]): DifferingRow[] {
  const identity = ({ key, hash }: NamedRow) => `${hash} ${key}`;
  const surplus = Map.groupBy(is, identity);
  const gone = was.filter((row) => surplus.get(identity(row))?.pop() === undefined);
  const come = Map.groupBy([...surplus.values()].flat(), ({ key }) => key);
  const changed = gone.map(({ key, text }): DifferingRow => {
    const other = come.get(key)?.pop();
    return { key, before: text, ...(other === undefined ? {} : { after: other.text }) };
  });
  const added = [...come.values()].flat().map(({ key, text }): DifferingRow => ({ key, after: text }));
  return [...changed, ...added].toSorted((a, b) => a.key.localeCompare(b.key, "en", { numeric: true }));
}
