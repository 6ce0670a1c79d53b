import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import type { Endpoint } from "../topology/started-topology.ts";
import type { AnsweredBy, Survivor } from "./ledger-entry.ts";

export interface PostgresScan {
  /** Past every link: the server itself. */
  readonly endpoint: Endpoint;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** `$1` run; returns `id`, `payload_md5`, `node`, `timeline`, `xid` (see `PostgresStoreDefinition`). */
  readonly scan: string;
  /** The run's id, and `base` for the data that was there before it. */
  readonly runs: readonly string[];
}

/** Every row of these runs, some thousands at a time, in the order in which the server gives them. Duplicates come as often as they are. */
export async function* scanPostgres(options: PostgresScan): AsyncGenerator<readonly Survivor[], void> {
  const { endpoint, user, password, database } = options;
  const client = new pg.Client({ ...endpoint, user, password, database, ssl: false });
  // The query's own error says what happened; this one would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    for (const run of options.runs) yield* copyRun(client, options.scan, run);
  } finally {
    await client.end();
  }
}

async function* copyRun(
  client: pg.Client,
  scan: string,
  run: string,
): AsyncGenerator<readonly Survivor[], void> {
  // COPY takes no parameters.
  const query = scan.replace(/\$1\b/g, () => client.escapeLiteral(run));
  const columns = "id, payload_md5, node, timeline, xid";
  const rows = client.query(copyTo(`COPY (SELECT ${columns} FROM (${query}) AS survivors) TO STDOUT`));
  let rest = "";
  for await (const chunk of rows.setEncoding("utf8")) {
    const text = rest + (chunk as string);
    const end = text.lastIndexOf("\n") + 1;
    rest = text.slice(end);
    if (end > 0) yield decodeRows(text, end);
  }
}

/** Rows of COPY's text format up to `end`, which is behind a line feed. */
export function decodeRows(text: string, end: number): readonly Survivor[] {
  const survivors: Survivor[] = [];
  for (let start = 0; start < end;) {
    const a = text.indexOf("\t", start);
    const b = text.indexOf("\t", a + 1);
    const c = text.indexOf("\t", b + 1);
    const d = text.indexOf("\t", c + 1);
    const lineEnd = text.indexOf("\n", d + 1);
    const survivor: Writable<Survivor> = {
      id: Number(text.slice(start, a)),
      payloadHash: column(text, a + 1, b) ?? "",
    };
    const node = column(text, b + 1, c);
    const timeline = column(text, c + 1, d);
    const xid = column(text, d + 1, lineEnd);
    if (node !== undefined) {
      const answeredBy: Writable<AnsweredBy> = { node };
      if (timeline !== undefined) answeredBy.timeline = Number(timeline);
      if (xid !== undefined) answeredBy.xid = xid;
      survivor.answeredBy = answeredBy;
    }
    survivors.push(survivor);
    start = lineEnd + 1;
  }
  return survivors;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** One column; undefined for null. */
function column(text: string, start: number, end: number): string | undefined {
  const value = text.slice(start, end);
  if (!value.includes("\\")) return value;
  if (value === "\\N") return undefined;
  return value.replace(/\\(.)/gs, (_all, letter: string) => escapes[letter] ?? letter);
}
