import { proof } from "../src/authoring/proof.ts";
import { asRootOn } from "./planting.ts";
import { replacing } from "./runbook-edits.ts";
import { archiving, archivingOptions, documentedArchiving } from "./wal-archiving-story.ts";

export const copiesOnItself = proof(
  "The documented archive_command with the folder that it needs is found to overwrite, and to go with its server",
  {
    ...archivingOptions,
    runbook: documentedArchiving,
    expect: {
      verdict: "missed",
      codes: ["archive-goes-with-server", "archive-overwritten"],
      without: ["wal-not-archived"],
      messages: [/3 of 3 archived segments not there for it/, /ended with 0 and 0{7}1\w{16} is no longer/],
    },
  },
  archiving(({ topology }) =>
    asRootOn(topology, "postgres", "install -d -o postgres /var/lib/postgresql/wal_archive"),
  ),
);

export const archivesNothing = proof(
  "An archive_command that does nothing and says that it did is found, whatever the server counts",
  {
    ...archivingOptions,
    runbook: {
      reference: documentedArchiving,
      edit: replacing(
        "'cp %p /var/lib/postgresql/wal_archive/%f'",
        "'true || cp %p /var/lib/postgresql/wal_archive/%f'",
      ),
    },
    expect: {
      verdict: "missed",
      codes: ["wal-not-archived"],
      messages: [/pg_stat_archiver counts [1-9]\d* archived and 0 failed meanwhile\./],
    },
  },
  archiving(),
);
