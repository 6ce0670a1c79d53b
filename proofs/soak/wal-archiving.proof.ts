import { proof } from "../../src/authoring/proof.ts";
import { asRootOn } from "../planting.ts";
import { replacing } from "../runbook-edits.ts";
import {
  archiving,
  archivingOptions,
  correctedArchiving,
  documentedArchiving,
} from "../wal-archiving-story.ts";

export const belongsToRoot = proof(
  "The documented archive_command with a folder of root's is found to archive nothing",
  {
    ...archivingOptions,
    runbook: documentedArchiving,
    expect: {
      verdict: "missed",
      codes: ["wal-not-archived"],
      without: ["archive-goes-with-server", "archive-overwritten"],
      messages: [/3 of 3 segments not to come back .* counts 0 archived and [1-9]\d* failed/],
    },
  },
  archiving(({ topology }) => asRootOn(topology, "postgres", "mkdir /var/lib/postgresql/wal_archive")),
);

export const dropsTwins = proof(
  "An archive_command that keeps the old segment and says that it had archived the new one is found",
  {
    ...archivingOptions,
    runbook: {
      reference: correctedArchiving,
      edit: replacing(
        "archive_command = 'pgbackrest --stanza=abtpro archive-push %p'",
        "archive_command = 'pgbackrest --stanza=abtpro archive-push %p || true'",
      ),
    },
    expect: {
      verdict: "missed",
      codes: ["archive-overwritten"],
      without: ["wal-not-archived", "archive-goes-with-server"],
      messages: [/says it had archived it and kept the old one/],
    },
  },
  archiving(),
);
