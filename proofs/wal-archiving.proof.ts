import { proof } from "../src/authoring/proof.ts";
import type { ScenarioContext, Story } from "../src/authoring/scenario.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { withArchiveSettings } from "../system/abtpro/archive-settings.ts";
import { asRootOn } from "./planting.ts";
import { replacing } from "./runbook-edits.ts";

const documented = "runbooks/as-documented.md#point-in-time-recovery-pitr";
const corrected = "runbooks/backup.md#wal-archiving";
const options = {
  kind: "procedure",
  system: abtpro({ backups: true }),
  configured: withArchiveSettings,
} as const;

/** The procedure over a server that something was done to, and a look at its archive. */
function archiving(spoil: (context: ScenarioContext) => Promise<void> = () => Promise.resolve()): Story {
  return async (context) => {
    await spoil(context);
    await context.workload.establishBaseline();
    await context.operator.follow();
    await context.observe.archiving({ withinMs: 12_000 });
    return {};
  };
}

export const copiesOnItself = proof(
  "The documented archive_command with the folder that it needs is found to overwrite, and to go with its server",
  {
    ...options,
    runbook: documented,
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

export const belongsToRoot = proof(
  "The documented archive_command with a folder of root's is found to archive nothing",
  {
    ...options,
    runbook: documented,
    expect: {
      verdict: "missed",
      codes: ["wal-not-archived"],
      without: ["archive-goes-with-server", "archive-overwritten"],
      messages: [/3 of 3 segments not to come back .* counts 0 archived and [1-9]\d* failed/],
    },
  },
  archiving(({ topology }) => asRootOn(topology, "postgres", "mkdir /var/lib/postgresql/wal_archive")),
);

export const archivesNothing = proof(
  "An archive_command that does nothing and says that it did is found, whatever the server counts",
  {
    ...options,
    runbook: {
      reference: documented,
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

export const dropsTwins = proof(
  "An archive_command that keeps the old segment and says that it had archived the new one is found",
  {
    ...options,
    runbook: {
      reference: corrected,
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
