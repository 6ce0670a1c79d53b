import { proof } from "../src/authoring/proof.ts";
import { all, replacing } from "./runbook-edits.ts";
import { around, expiration, keepingWal, walRetentionOptions } from "./wal-retention-story.ts";

const expiring = "--stanza=abtpro expire <";

export const keepsTooShort = proof(
  "A repository that reaches back six days instead of seven is found to keep too short",
  {
    ...walRetentionOptions,
    runbook: {
      reference: expiration,
      edit: replacing(expiring, "--stanza=abtpro --repo1-retention-full=5 expire <"),
    },
    expect: {
      verdict: "missed",
      codes: ["kept-too-short"],
      without: ["kept-too-long", "last-backup-deleted", "step-failed"],
      messages: [/Expected archive on s3 to hold what each instant .* not there: 7 d and 1 h\./],
    },
  },
  keepingWal(around),
);

export const keepsTooLong = proof(
  "A repository that keeps base backups of nine days for the sake of seven is found to keep too long",
  {
    ...walRetentionOptions,
    runbook: {
      reference: expiration,
      edit: all(
        replacing(expiring, "--stanza=abtpro --repo1-retention-full=8 expire <"),
        // A procedure that looks at nothing would otherwise be found by its own verification.
        replacing("$began - .timestamp.stop >= 7 * 86400", "false"),
      ),
    },
    expect: {
      verdict: "missed",
      codes: ["kept-too-long"],
      without: ["kept-too-short", "last-backup-deleted", "step-failed"],
      messages: [/hold nothing that no instant .* 1 of the days laid still there: 9 d\./],
    },
  },
  keepingWal(around),
);
