import { proof } from "../../src/authoring/proof.ts";
import { asRootOn } from "../planting.ts";
import { around, expiration, keepingWal, walRetentionOptions } from "../wal-retention-story.ts";

export const keepsTheLast = proof(
  "Where every base backup since has failed the last one stays at whatever age, and only that one",
  { ...walRetentionOptions, runbook: expiration, expect: { verdict: "met" } },
  keepingWal([{ days: 14 }, { days: 12 }]),
);

export const keepsForEver = proof(
  "The documented archive with the folder that it needs is found to keep for ever",
  {
    ...walRetentionOptions,
    runbook: "runbooks/as-documented.md#point-in-time-recovery-pitr",
    expect: {
      verdict: "missed",
      codes: ["kept-too-long"],
      without: ["kept-too-short", "last-backup-deleted"],
      messages: [/Expected archive on postgres to hold nothing .* 1 of the days laid still there: 9 d\./],
    },
  },
  keepingWal(around, ({ topology }) =>
    asRootOn(topology, "postgres", "install -d -o postgres /var/lib/postgresql/wal_archive"),
  ),
);
