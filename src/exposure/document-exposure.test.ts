import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { documentExposure } from "./document-exposure.ts";
import type { ExposureCode } from "./exposure-findings.ts";

const asDocumented = readFileSync(new URL("../../runbooks/as-documented.md", import.meta.url), "utf8");
const lines = asDocumented.split("\n");
const lineOf = (text: string): number => lines.findIndex((line) => line.includes(text)) + 1;

const observed = { lagSeconds: { database: 0.2, redis: 0.1 }, backupSeconds: { database: 60, redis: 60 } };

describe("the source document", () => {
  const exposure = documentExposure(asDocumented, "d.md", observed);
  const finding = (code: ExposureCode, containing = "") => {
    const found = exposure.findings.find((each) => each.code === code && each.message.includes(containing));
    if (found === undefined) throw new Error(`no finding ${code} that says ${containing}`);
    return { message: found.message, lines: found.lines.map(({ line }) => line) };
  };

  test("exposes a day and the dump's own duration against five minutes", () => {
    for (const disaster of ["nodes-lost", "logical-damage"]) {
      const row = exposure.rows.find((each) => each.disaster === disaster && each.store === "database");
      expect(row).toMatchObject({ loss: "bounded", lossSeconds: 86_400 + 60, promise: "cannot-hold" });
    }
    const { message, lines: cited } = finding("loss-exceeds-rpo", "the dump");
    expect(message).toContain(
      "loses up to 24 h plus the 1 min that making one took; promised is less than 5 min",
    );
    expect(cited).toContain(lineOf("Daily at 2:00 AM UTC"));
    expect(cited).toContain(lineOf("Target: < 5 minutes"));
  });

  test("has no base backup, so that the WAL archive restores nothing", () => {
    const { message, lines: cited } = finding("wal-without-base-backup");
    expect(message).toContain("restores nothing");
    expect(message).toContain("fills a replica and is kept nowhere");
    expect(cited).toEqual(
      [
        lineOf("Daily at 2:00 AM UTC"),
        lineOf("**WAL archiving**: Continuous"),
        lineOf("Recovery granularity"),
        lineOf("archive_command"),
        lineOf("pg_basebackup"),
      ].sort((a, b) => a - b),
    );
  });

  test("copies its archive onto the volume that it is to outlive", () => {
    const { message, lines: cited } = finding("archive-goes-with-server");
    expect(message).toContain("/var/lib/postgresql/wal_archive");
    expect(message).toContain("onto the volume that holds the database");
    expect(cited).toContain(lineOf("archive_command"));
    expect(finding("archive-not-bounded").message).toContain("sets no archive_timeout");
  });

  test("rests its RPO on replication, which covers no logical damage", () => {
    const { message, lines: cited } = finding("replication-copies-damage", "Replication (");
    expect(message).toContain("“Achieved through continuous replication”");
    expect(cited).toContain(lineOf("Achieved through continuous replication"));
  });

  test.each([
    ["10-20 minutes", "at its upper end by 5 min", "15 min to 25 min"],
    ["10-15 minutes", "which is reached and not undercut", "15 min to 20 min"],
    ["30-60 minutes", "even at its lower end", "35 min to 1 h 5 min"],
  ])("contradicts its RTO of 15 minutes by its own estimate of %s", (estimate, how, together) => {
    const { message, lines: cited } = finding("estimate-exceeds-rto", estimate);
    expect(message).toContain(how);
    expect(message).toContain(`fires only after 5 min (line ${lineOf("for: 5m")}): together ${together}`);
    expect(cited).toEqual([
      lineOf("Target: < 15 minutes"),
      lineOf("for: 5m"),
      lineOf(`**Estimated Recovery Time**: ${estimate}`),
    ]);
  });

  test("says nothing of what is kept of Redis", () => {
    expect(finding("loss-exceeds-rpo", "Redis, when all nodes").message).toContain(
      "nothing that the document describes brings the data back",
    );
  });

  test("uploads only under a condition", () => {
    expect(finding("upload-is-conditional").lines).toContain(lineOf("if [ -n"));
  });

  test("leaves open what a node's death costs until the lag was seen", () => {
    const row = (of: typeof exposure) =>
      of.rows.find((each) => each.disaster === "node-lost" && each.store === "database");
    expect(row(exposure)).toMatchObject({ lossSeconds: 0.2, promise: "holds" });
    expect(row(documentExposure(asDocumented, "d.md"))).toMatchObject({
      loss: "not-known",
      promise: "undecided",
    });
    const growing = documentExposure(asDocumented, "d.md", { isLagUnbounded: true });
    expect(row(growing)).toMatchObject({ promise: "cannot-hold" });
  });

  test("holds nothing that could not be read", () => {
    expect(exposure.notUnderstood).toEqual([]);
  });

  test("is cited with lines that say what is quoted", () => {
    for (const { line, text } of exposure.findings.flatMap((each) => each.lines)) {
      expect(lines[line - 1]?.replaceAll("**", "")).toContain(text.replace(/ \| $/, ""));
    }
  });
});

test("the corrected backups keep the promise for both stores, whatever is lost", () => {
  const backup = readFileSync(new URL("../../runbooks/backup.md", import.meta.url), "utf8");
  const promised = { rtoSeconds: 900, rpoSeconds: 300, sources: {} };
  const { findings, notUnderstood, rows } = documentExposure(backup, "backup.md", observed, promised);
  expect([findings, notUnderstood]).toEqual([[], []]);
  expect(rows.filter(({ promise }) => promise !== "holds")).toEqual([]);
  expect(rows.find(({ disaster, store }) => disaster === "nodes-lost" && store === "redis")).toMatchObject({
    lossSeconds: 120 + 60,
    promise: "holds",
  });
});

const sound = readFileSync(new URL("./testing/documents/sound.md", import.meta.url), "utf8");

describe("a document that is right", () => {
  test("is found to be right", () => {
    const exposure = documentExposure(sound, "s.md", observed);
    expect(exposure.findings).toEqual([]);
    expect(exposure.notUnderstood).toEqual([]);
    expect(exposure.rows.map(({ promise }) => promise)).toEqual(exposure.rows.map(() => "holds"));
  });

  test.each<[string, ExposureCode, string, string]>([
    [
      "an archive_timeout as long as the RPO",
      "loss-exceeds-rpo",
      "archive_timeout = 60s",
      "archive_timeout = 5min",
    ],
    ["no archive_timeout", "archive-not-bounded", "archive_timeout = 60s", ""],
    ["archiving left off", "archive-mode-missing", "archive_mode = on", ""],
    ["archiving switched off", "archive-keeps-nothing", "archive_mode = on", "archive_mode = off"],
    [
      "an archive_command that does nothing",
      "archive-keeps-nothing",
      "'pgbackrest --stanza=orders archive-push %p'",
      "'/bin/true'",
    ],
    [
      "a repository on the server",
      "archive-goes-with-server",
      "repo1-type=s3\nrepo1-s3-bucket=orders-backups",
      "repo1-path=/var/lib/pgbackrest",
    ],
    [
      "WAL that lies with the data",
      "archive-goes-with-server",
      "'pgbackrest --stanza=orders archive-push %p'",
      "'cp %p /var/lib/postgresql/wal/%f'",
    ],
    ["wal_level = minimal", "archive-mode-missing", "wal_level = replica", "wal_level = minimal"],
    ["WAL kept for hours", "wal-shorter-than-base", "- **Retention**: 30 days", "- **Retention**: 6 hours"],
    ["an RDB file too seldom", "loss-exceeds-rpo", "every 2 minutes", "every 10 minutes"],
    ["RDB files deleted at once", "kept-too-short", "**Retention**: 7 days", "**Retention**: 1 minute"],
    ["an estimate beyond the RTO", "estimate-exceeds-rto", "8-12 minutes", "8-20 minutes"],
    ["an alert that waits too long", "estimate-with-delay-exceeds-rto", "for: 1m", "for: 5m"],
    ["an alert that leaves no time to spare", "estimate-with-delay-exceeds-rto", "for: 1m", "for: 3m"],
  ])("with %s is caught", (_defect, code, right, wrong) => {
    expect(sound).toContain(right);
    const exposure = documentExposure(sound.replace(right, wrong), "s.md", observed);
    expect(exposure.findings.map((each) => each.code)).toContain(code);
    for (const { needed } of exposure.findings) expect(needed).toMatch(/^Needed: .*\.$/);
  });

  test("without its base backups is caught", () => {
    const without = sound.replace(/^.*pgbackrest .*backup$/gm, "").replace("base backups", "copies");
    const codes = documentExposure(without, "s.md", observed).findings.map(({ code }) => code);
    expect(codes).toContain("wal-without-base-backup");
    expect(codes).toContain("loss-exceeds-rpo");
  });
});

test("a runbook that describes no backup is reproached for none", () => {
  const exposure = documentExposure("# Failover\n\nRPO: 5 minutes\n\n```sh\npg_ctl promote\n```\n", "f.md");
  expect([exposure.rows, exposure.findings]).toEqual([[], []]);
  expect(exposure.notUnderstood.map(({ why }) => why)).toEqual([
    "The document describes no backup and no replication that could be read.",
  ]);
});
