import { describe, expect, test } from "vitest";
import { documentExposure } from "./document-exposure.ts";
import { readBackupPromises } from "./read-backup-promises.ts";
import { summary } from "./testing/summary.ts";

const hour = 3600;
const day = 24 * hour;

describe("sentences that are easily misread", () => {
  const described = (body: string) =>
    readBackupPromises(`# DR\n\n## Backups\n\n${body}\n`, "x.md").mechanisms.map(summary);

  test("a sentence with several mechanisms is one of each", () => {
    const body =
      "WAL is archived continuously to S3 and base backups run nightly with 14 days of retention, while a logical dump of the database is made every Sunday.";
    expect(described(body).map(({ what, every, kept }) => [what, every, kept])).toEqual([
      ["wal-archive of database", "continuous", null],
      ["base-backup of database", day, 14 * day],
      ["dump of database", 7 * day, null],
    ]);
  });

  test("a dump that goes to tape on Fridays is on tape once a week", () => {
    const body =
      "We dump the database with pg_dump at 02:00 and 14:00 every day.\n\nThe dump is copied to tape on Fridays.";
    expect(described(body).map(({ every, places }) => [every, places])).toEqual([
      [12 * hour, ""],
      [7 * day, "remote"],
    ]);
  });

  test("what a provider does with transaction logs is an archive", () => {
    const body =
      "Automated backups are enabled. RDS uploads transaction logs to S3 every 5 minutes, which enables point-in-time recovery.";
    expect(described(body)).toMatchObject([
      { what: "wal-archive of database", every: 300, places: "object-store" },
    ]);
  });

  test("a crontab's entry under the words for it is the same backup, in the repository of its program", () => {
    const body =
      "```\nWALG_S3_PREFIX=s3://wal/prod\narchive_command='wal-g wal-push %p'\n```\n\nBase backup each night at 1am:\n\n```\n0 1 * * * postgres wal-g backup-push $PGDATA\n30 1 * * * postgres wal-g delete retain FULL 14\n```";
    expect(described(body).map(({ what, every, places }) => [what, every, places])).toEqual([
      ["base-backup of database", day, "object-store"],
      ["wal-archive of database", null, "object-store"],
    ]);
  });

  test("labels that only say full and differential stand for the heading's backups", () => {
    expect(
      described("- Full: Sunday 02:00\n- Differential: every other day\n").map(({ every }) => every),
    ).toEqual([7 * day, 2 * day]);
  });

  test("the steps of a procedure share its schedule and its upload", () => {
    const body =
      "### Daily backup\n\n#### 1. Dump\n\n```sh\npg_dump shop > /tmp/shop.sql\n```\n\n#### 2. Upload\n\n```sh\naws s3 cp /tmp/shop.sql s3://shop/ &&\n  aws s3 cp s3://shop/shop.sql /tmp/back.sql\n```";
    expect(described(body)).toMatchObject([
      { what: "dump of database", every: day, places: "path object-store" },
    ]);
  });

  test("a document that quotes a bad setting and configures a good one has the good one", () => {
    const { archive } = readBackupPromises(
      "# WAL archiving\n\nCorrected: `archive_command = '/bin/true'` kept nothing.\n\n```ini\narchive_command = 'pgbackrest archive-push %p'\n```\n",
      "x.md",
    );
    expect(archive.command?.text).toBe("pgbackrest archive-push %p");
  });

  test("a base backup that is only restored from leaves open when it is made", () => {
    const { rows, findings } = documentExposure(
      "# DR\n\nRPO: 5 min\n\n## Backups\n\n- WAL archiving to S3 (`archive_timeout = 60`)\n\n## Restore\n\n1. Fetch the latest base backup\n",
      "x.md",
    );
    expect(findings).toEqual([]);
    expect(rows.map(({ promise }) => promise)).toEqual(["undecided", "undecided", "undecided"]);
  });
});
