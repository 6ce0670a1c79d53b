/** What one call of `pg_waldump --rmgr=Transaction` says. */
export interface WalDump {
  /** By 32-bit transaction id, subtransactions included: where its commit record starts. */
  readonly commits: ReadonlyMap<number, string>;
  /** Every commit and every abort, in the order of the WAL. */
  readonly ends: readonly TransactionEnd[];
  /** Where reading ended; undefined when it never began. */
  readonly endLsn?: string;
  /** What ended it, as the program put it. */
  readonly endedBy: string;
}

/** A record that ends a transaction: recovery to a time looks at these and at no others. */
export interface TransactionEnd {
  /** Where the record starts. */
  readonly lsn: string;
  /** The server's clock, UTC, to the microsecond: `2026-11-24 07:58:20.363304`. Not monotonic from record to record. */
  readonly at: string;
}

/** The server's own transaction (`COMMIT`), or another one's that had been prepared (`COMMIT_PREPARED`, header id 0). */
const endRecord =
  /^rmgr: Transaction .*?, tx:\s*(\d+), lsn: ([0-9A-F]+\/[0-9A-F]+),.* desc: (COMMIT|ABORT)(?:_PREPARED (\d+):)? (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}) UTC(.*)$/;

/**
 * `error in WAL record at A: …`: A is the last good record, and the rest names where the next one should have been, as `at B`, as
 * `LSN B` of a page, or as `after B` when there was not one record.
 */
const endPosition = / (?:at|LSN|after) ([0-9A-F]+\/[0-9A-F]+)(?=[:,]|$)/g;

/** Reads the program's records and, from its error output, how it ended: WAL always ends in what looks like an error. */
export function parseWalDump(stdout: string, stderr: string): WalDump {
  const commits = new Map<number, string>();
  const ends: TransactionEnd[] = [];
  for (const line of stdout.split("\n")) {
    const record = endRecord.exec(line);
    if (record === null) continue;
    const [, own, lsn = "", how, prepared, at = "", rest = ""] = record;
    ends.push({ lsn, at });
    if (how === "ABORT") continue;
    commits.set(Number(prepared ?? own), lsn);
    for (const id of subtransactions(rest)) commits.set(id, lsn);
  }
  const endedBy = endingOf(stderr);
  const positions = [...endedBy.matchAll(endPosition)].map((match) => match[1]);
  const endLsn = positions.at(-1);
  return { commits, ends, endedBy, ...(endLsn === undefined ? {} : { endLsn }) };
}

function subtransactions(rest: string): number[] {
  const list = /; subxacts:((?: \d+)+)/.exec(rest)?.[1];
  return list === undefined ? [] : list.trim().split(" ").map(Number);
}

function endingOf(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.startsWith("pg_waldump: error: "));
  return (lines.at(-1) ?? "").slice("pg_waldump: error: ".length).trim();
}
