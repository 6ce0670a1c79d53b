import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentExposure } from "./document-exposure.ts";
import { readBackupPromises } from "./read-backup-promises.ts";
import { readRecoveryEstimates } from "./read-recovery-estimates.ts";
import { summary } from "./testing/summary.ts";

const hour = 3600;
const day = 24 * hour;

function document(name: string): string {
  return readFileSync(new URL(`./testing/documents/${name}.md`, import.meta.url), "utf8");
}

const read = (name: string) => readBackupPromises(document(name), `${name}.md`);
const described = (name: string) => read(name).mechanisms.map(summary);

describe("documents in the words of other people", () => {
  test("a table with crontab fields, days and ISO durations", () => {
    expect(described("table")).toEqual([
      {
        what: "dump of database",
        every: 6 * hour,
        kept: 14 * day,
        places: "object-store",
        cipher: "AES-256",
      },
      { what: "base-backup of database", every: 7 * day, kept: 35 * day, places: "remote", cipher: "GPG" },
      { what: "wal-archive of database", every: 600, kept: 3 * day, places: "remote", cipher: "none" },
      { what: "dump of redis", every: hour, kept: 2 * day, places: "object-store", cipher: "AES-256" },
      { what: "backup of configuration", every: "on-change", kept: null, places: "git", cipher: null },
    ]);
    expect(read("table").notUnderstood.map(({ source, why }) => [source.text.split(" ")[0], why])).toEqual([
      ["Reports", "The row has a schedule and does not say that it keeps the database."],
    ]);
    expect(documentExposure(document("table"), "t.md").findings.map(({ code }) => code)).toContain(
      "wal-shorter-than-base",
    );
  });

  test("prose with numbers in words, and sentences about tests and caches", () => {
    expect(described("prose")).toEqual([
      {
        what: "dump of database",
        every: 6 * hour,
        kept: 90 * day,
        places: "object-store",
        cipher: "AES-256-GCM",
      },
      { what: "replication of database", every: null, kept: null, places: "", cipher: null },
    ]);
    const { estimates } = readRecoveryEstimates(document("prose"), "p.md");
    expect(estimates.map(({ upperSeconds }) => upperSeconds)).toEqual([600, 3 * hour]);
  });

  test("nested lists, each item with its own schedule", () => {
    expect(described("nested")).toEqual([
      { what: "base-backup of database", every: 3 * day, kept: day, places: "path", cipher: null },
      { what: "dump of redis", every: 12 * hour, kept: null, places: "remote", cipher: null },
      { what: "backup of configuration", every: "unreadable", kept: null, places: "git", cipher: null },
      { what: "wal-archive of database", every: "continuous", kept: null, places: "remote", cipher: null },
    ]);
    expect(read("nested").archive.timeout?.seconds).toBe(900);
    const codes = documentExposure(document("nested"), "n.md").findings.map(({ code }) => code);
    expect(codes).toContain("kept-too-short");
  });

  test("a crontab with scripts, whose other entries are no backups", () => {
    expect(described("crontab")).toEqual([
      { what: "dump of database", every: day, kept: null, places: "path remote", cipher: null },
      { what: "base-backup of database", every: 7 * day, kept: null, places: "path remote", cipher: null },
      { what: "wal-archive of database", every: null, kept: null, places: "nowhere", cipher: null },
    ]);
  });

  test("a cluster's YAML, with a schedule of six fields that is not guessed at", () => {
    expect(described("cluster")).toEqual([
      { what: "dump of database", every: 1800, kept: null, places: "object-store", cipher: null },
      { what: "base-backup of database", every: "unreadable", kept: 7 * day, places: "", cipher: null },
      { what: "replication of database", every: null, kept: null, places: "", cipher: null },
    ]);
    expect(read("cluster").notUnderstood[0]?.why).toContain("has 6 fields, and a crontab's has five");
    const rows = documentExposure(document("cluster"), "c.md").rows;
    expect(rows.find(({ disaster }) => disaster === "node-lost")).toMatchObject({
      lossSeconds: 0,
      promise: "holds",
    });
    expect(rows.find(({ disaster }) => disaster === "nodes-lost")?.promise).toBe("undecided");
  });

  test("words that bound nothing are reported, not guessed at", () => {
    const { mechanisms, notUnderstood } = read("vague");
    expect(mechanisms.map(({ schedule }) => schedule?.is.kind)).toEqual([
      "unreadable",
      "unreadable",
      "unreadable",
    ]);
    expect(notUnderstood.map(({ why }) => /“([^”]+)”/.exec(why)?.[1])).toEqual([
      "periodically",
      "bi-weekly",
      "TBD",
    ]);
    const exposure = documentExposure(document("vague"), "v.md");
    expect(exposure.findings).toEqual([]);
    expect(exposure.rows.filter(({ promise }) => promise === "undecided")).toHaveLength(3);
    expect(exposure.notUnderstood.at(-1)?.why).toBe("The estimate “depends on the size” is no duration.");
  });

  test("what is kept of other data is not taken for the database", () => {
    expect(described("others").map(({ every, places }) => [every, places])).toEqual([
      [hour, "object-store"],
      [1800, ""],
    ]);
    expect(read("others").notUnderstood.map(({ source }) => source.text)).toEqual([
      "Frequency: every 5 minutes",
      "Attachments are backed up every 2 minutes to the NAS.",
      "Elasticsearch snapshots are taken every minute.",
      "User images | 1 min",
    ]);
  });
});

test.each([
  ["Backups: hourly `pg_dump` to S3.\n\n```\n0 2 * * * pg_dump shop\n```", "schedules-disagree"],
  ["Backups: nightly `pg_dump` to S3.\n\n```\n0 2 * * * pg_dump shop\n```", undefined],
])("a promise and the crontab's entry are held against each other", (body, code) => {
  const { findings } = documentExposure(`# Backups\n\nRPO: 2 days\n\n${body}\n`, "x.md");
  expect(findings.map((each) => each.code)).toEqual(code === undefined ? [] : [code]);
});

test("a replica that stays behind on purpose covers damage that is noticed in time", () => {
  const { rows } = documentExposure(
    "# DR\n\nRPO: 5 min\n\n## Replication\n\nA hot standby in another region.\n\n```ini\nprimary_conninfo = 'host=db'\nrecovery_min_apply_delay = '1h'\n```\n",
    "x.md",
  );
  expect(rows.find(({ disaster }) => disaster === "logical-damage")).toMatchObject({
    lossSeconds: 0,
    promise: "holds",
  });
});

test("a dump every so many minutes loses that many, and its RPO holds only above them and its duration", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 0, max: 3600 }),
      (every, rpo, own) => {
        const markdown = `# DR\n\nRPO: ${rpo} min\n\n## Database backups\n\npg_dump every ${every} minutes to S3.\n`;
        const { rows, findings } = documentExposure(markdown, "x.md", { backupSeconds: { database: own } });
        const holds = every * 60 + own < rpo * 60;
        for (const row of rows.filter(({ disaster }) => disaster !== "backup-store-lost")) {
          expect(row).toMatchObject({
            lossSeconds: every * 60 + own,
            promise: holds ? "holds" : "cannot-hold",
          });
        }
        expect(findings.length).toBe(holds ? 0 : 1);
      },
    ),
    { numRuns: 40 },
  );
});

const fragment = fc.constantFrom(
  ...["sound", "table", "prose", "nested", "crontab", "cluster", "vague", "others"].flatMap((name) =>
    document(name)
      .split(/\n{2,}(?=[#A-Z|-])/)
      .filter((part) => (part.match(/^ *```/gm) ?? []).length % 2 === 0),
  ),
);

test("every document can be read, and every line that is cited is a line of it that says so", () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 12 }), (fragments) => {
      const markdown = fragments.join("\n\n");
      const lines = markdown.split("\n");
      const { mechanisms, notUnderstood } = readBackupPromises(markdown, "x.md");
      const cited = [
        ...mechanisms.flatMap((each) => [
          each.source,
          ...each.storage.map(({ source }) => source),
          each.retention?.source,
        ]),
        ...notUnderstood.map(({ source }) => source),
      ];
      for (const source of cited) {
        if (source === undefined) continue;
        const [word = ""] = source.text.split(/[\s|:]+/);
        expect(lines[source.line - 1]?.replace(/[*`]/g, "")).toContain(word.replace(/[*`]/g, ""));
      }
    }),
    { numRuns: 60 },
  );
});
