import { proof } from "../src/authoring/proof.ts";
import type { ScenarioContext, Story } from "../src/authoring/scenario.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { withArchiveSettings } from "../system/abtpro/archive-settings.ts";
import { earlierBaseBackups } from "../system/abtpro/earlier-backups.ts";
import { asRootOn } from "./planting.ts";
import { all, replacing } from "./runbook-edits.ts";

const reference = "runbooks/backup.md#delete-old-base-backups-and-wal";
const options = {
  kind: "procedure",
  system: abtpro({ backups: true, settableClock: true }),
  configured: withArchiveSettings,
} as const;

const around = [{ days: 9 }, { days: 7, hours: 1 }, { days: 6 }];

/** Base backups of these ages, the procedure, and a look at what it kept. */
function keeping(
  ages: Parameters<typeof earlierBaseBackups>[0],
  spoil: (context: ScenarioContext) => Promise<void> = () => Promise.resolve(),
): Story {
  return async (context) => {
    const { workload, operator, observe } = context;
    await spoil(context);
    await operator.inheritBaseBackups(earlierBaseBackups(ages));
    await workload.establishBaseline();
    await operator.follow();
    await observe.kept();
    return {};
  };
}

const expiring = "--stanza=abtpro expire <";

export const keepsTooShort = proof(
  "A repository that reaches back six days instead of seven is found to keep too short",
  {
    ...options,
    runbook: { reference, edit: replacing(expiring, "--stanza=abtpro --repo1-retention-full=5 expire <") },
    expect: {
      verdict: "missed",
      codes: ["kept-too-short"],
      without: ["kept-too-long", "last-backup-deleted", "step-failed"],
      messages: [/Expected archive on s3 to hold what each instant .* not there: 7 d and 1 h\./],
    },
  },
  keeping(around),
);

export const keepsTooLong = proof(
  "A repository that keeps base backups of nine days for the sake of seven is found to keep too long",
  {
    ...options,
    runbook: {
      reference,
      edit: all(
        replacing(expiring, "--stanza=abtpro --repo1-retention-full=8 expire <"),
        // A procedure that looks at nothing would otherwise be found by its own verification.
        replacing("now - .timestamp.stop >= 7 * 86400", "false"),
      ),
    },
    expect: {
      verdict: "missed",
      codes: ["kept-too-long"],
      without: ["kept-too-short", "last-backup-deleted", "step-failed"],
      messages: [/hold nothing that no instant .* 1 of the days laid still there: 9 d\./],
    },
  },
  keeping(around),
);

export const keepsTheLast = proof(
  "Where every base backup since has failed the last one stays at whatever age, and only that one",
  { ...options, runbook: reference, expect: { verdict: "met" } },
  keeping([{ days: 14 }, { days: 12 }]),
);

export const keepsForEver = proof(
  "The documented archive with the folder that it needs is found to keep for ever",
  {
    ...options,
    runbook: "runbooks/as-documented.md#point-in-time-recovery-pitr",
    expect: {
      verdict: "missed",
      codes: ["kept-too-long"],
      without: ["kept-too-short", "last-backup-deleted"],
      messages: [/Expected archive on postgres to hold nothing .* 1 of the days laid still there: 9 d\./],
    },
  },
  keeping(around, ({ topology }) =>
    asRootOn(topology, "postgres", "install -d -o postgres /var/lib/postgresql/wal_archive"),
  ),
);
