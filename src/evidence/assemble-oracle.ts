import type { Measured } from "../measurement/measure.ts";
import type { OracleEvidence, PostgresOracle, RedisOracle } from "../oracle/oracle-evidence.ts";
import type { Evidence } from "./evidence.ts";

type OracleRecord = Exclude<Evidence["oracle"], "none">[number];

/** What the second sources said, in words, and whether they agree with the ledger. */
export function assembleOracle(oracle: OracleEvidence | undefined, measured: Measured): Evidence["oracle"] {
  const records = [
    ...(oracle?.postgres === undefined ? [] : [postgresRecord(oracle.postgres, measured)]),
    ...(oracle?.redis === undefined ? [] : [redisRecord(oracle.redis, measured)]),
  ];
  return records.length === 0 ? "none" : records;
}

function postgresRecord(oracle: PostgresOracle, measured: Measured): OracleRecord {
  const store = measured.stores.find((candidate) => candidate.store === "postgres");
  const established = oracle.contradictions.length === 0 && store !== undefined;
  const figures = oracle.timelines.flatMap(
    ({ timeline, parent, switchLsn, completeFrom, completeTo, nodes }) => [
      [
        `timeline ${timeline}`,
        [
          parent === null || switchLsn === null
            ? "from the start of the run"
            : `left timeline ${parent} at ${switchLsn}`,
          completeFrom === null || completeTo === null
            ? "WAL incomplete"
            : `WAL complete from ${completeFrom} to ${completeTo}`,
          `read on ${nodes.join(" and ")}`,
        ].join("; "),
      ] as const,
    ],
  );
  const problems = [
    ...oracle.contradictions,
    ...oracle.unread,
    ...(store?.impossible.map(({ entry, reason }) => `write ${entry.id} is there, though ${reason}`) ?? []),
  ];
  return {
    store: "postgres",
    source: "commit records in the WAL of every node, and the history of its timelines",
    agrees: established ? store.impossible.length === 0 : null,
    figures: Object.fromEntries([
      ["commit records", String(oracle.commits.size)],
      ...figures,
      ...lossFigures(measured, "postgres"),
    ]),
    detail: problems.join("; "),
  };
}

function redisRecord(oracle: RedisOracle, measured: Measured): OracleRecord {
  const figures = oracle.nodes.map(
    ({ node, history, appendOnly, detail }) =>
      [
        node,
        [
          ...(appendOnly === undefined
            ? [`append-only file not read: ${detail}`]
            : [`${countOfRun(appendOnly.presentIds)} writes of the run in its append-only file`]),
          ...(history?.secondReplOffset === undefined
            ? []
            : [`took over at replication offset ${history.secondReplOffset}`]),
        ].join("; "),
      ] as const,
  );
  return {
    store: "redis",
    source: "append-only file of every node, in a scratch server; presence proves, absence proves nothing",
    agrees: null,
    figures: Object.fromEntries([...figures, ...lossFigures(measured, "redis")]),
    detail: "",
  };
}

/** Base data has negative ids. */
function countOfRun(ids: ReadonlySet<number>): number {
  return [...ids].filter((id) => id > 0).length;
}

function lossFigures(measured: Measured, store: string): (readonly [string, string])[] {
  const losses = measured.stores.find((candidate) => candidate.store === store)?.losses ?? [];
  const proven = losses.filter((loss) => loss.proven).length;
  return losses.length === 0 ? [] : [["lost writes that it confirms", `${proven} of ${losses.length}`]];
}
