import { eventsOfKind, lastOfKind, type EventOfKind } from "../measurement/events-of-kind.ts";
import type { RestoredCopy } from "../measurement/restored-copy.ts";
import type { ArtefactFormat, BackupArtefact } from "../timeline/backup-artefact.ts";
import { counted, type Facts, type Observation, type Rule, type Rules } from "./rule.ts";

/** Everything else can be read without a key, in whatever format; a manifest or a checksum holds none of the data. */
const encrypted: ReadonlySet<ArtefactFormat> = new Set([
  "cms-authenticated",
  "cms",
  "openpgp",
  "age",
  "salted",
]);

/** Files that say something about a backup and are none. */
const noBackup: ReadonlySet<ArtefactFormat> = new Set(["json", "checksum", "empty"]);

function artefacts({ run }: Facts): readonly BackupArtefact[] | undefined {
  return lastOfKind(run.events, "backup-observed")?.artefacts;
}

const backupMissing: Rule = {
  kinds: ["restore"],
  find: (facts) => {
    const found = artefacts(facts);
    if (found === undefined) return [];
    const empty = found.filter(({ format }) => format === "empty");
    const kept = found.filter(({ format }) => !noBackup.has(format));
    return [
      ...(kept.length === 0 && empty.length === 0
        ? [{ message: "Expected the backup to leave a file, found none where backups are kept." }]
        : []),
      ...empty.map(({ place, path }) => ({
        message: `Expected ${path} on ${place} to hold a backup, found nothing in it.`,
      })),
    ];
  },
};

const backupNotEncrypted: Rule = {
  kinds: ["restore"],
  find: (facts) =>
    (artefacts(facts) ?? [])
      .filter(({ format }) => !encrypted.has(format) && !noBackup.has(format))
      .map(({ place, path, format }) => ({
        message: `Expected ${path} on ${place} to be encrypted, found ${format === "unknown" ? "no form of encryption that is known" : `${format} that anybody can read`}.`,
      })),
};

/** What is only where the disaster is goes with it. */
const backupNotStored: Rule = {
  kinds: ["restore"],
  find: (facts) => {
    const found = artefacts(facts) ?? [];
    const stored = new Set(found.filter(({ place }) => place !== "operator").map(({ sha256 }) => sha256));
    return found
      .filter(
        ({ place, format, sha256 }) => place === "operator" && !noBackup.has(format) && !stored.has(sha256),
      )
      .map(({ path }) => ({
        message: `Expected a copy of ${path} in the object store, found it on the operations host only.`,
      }));
  },
};

const nothingRestored: Rule = {
  kinds: ["restore"],
  find: ({ run }) =>
    run.events.flatMap((event) =>
      event.kind === "restore-observed" && !event.answers
        ? [{ message: `Expected a restored ${event.store} in ${event.service}, but ${event.detail}.` }]
        : [],
    ),
};

/** A rule about each restored copy; returns what is wrong, in sentences. */
function aboutEachCopy(wrong: (copy: RestoredCopy) => readonly (string | undefined)[]): Rule {
  return {
    kinds: ["restore"],
    find: ({ measured }) =>
      measured.restored.flatMap((copy) =>
        wrong(copy).flatMap((message): Observation[] => (message === undefined ? [] : [{ message }])),
      ),
  };
}

const restoreIncomplete = aboutEachCopy(({ service, store, missing, reconciliation }) => {
  const [first] = missing;
  const base = reconciliation.baseDataLost.length;
  return [
    first === undefined
      ? undefined
      : `Expected ${service} to hold what ${store} had acknowledged before the backup began, found ${counted(missing.length, "write")} missing, write ${first.id} first.`,
    base === 0
      ? undefined
      : `Expected ${service} to hold the data of ${store} from before the run, found ${base} of it missing.`,
  ];
});

const restoreTorn = aboutEachCopy(({ service, store, reconciliation: { gaps } }) => {
  const [first] = gaps;
  return [
    first === undefined
      ? undefined
      : `Expected ${service} to be one snapshot of ${store}, found ${counted(gaps.length, "gap")}: write ${first.lost} is missing, and write ${first.survivor}, sent after it was acknowledged, is there.`,
  ];
});

const restoreDamaged = aboutEachCopy(({ service, reconciliation }) => {
  const { phantoms, changedPayloads, duplicates } = reconciliation;
  return [
    phantoms[0] === undefined
      ? undefined
      : `Expected ${service} to hold only what was written, found ${counted(phantoms.length, "phantom")}: write ${phantoms[0].id} is there although ${phantoms[0].reason}.`,
    changedPayloads[0] === undefined
      ? undefined
      : `Expected every payload in ${service} as it was written, found ${changedPayloads.length} changed, that of write ${changedPayloads[0].id} first.`,
    duplicates[0] === undefined
      ? undefined
      : `Expected every write once in ${service}, found ${duplicates.length} more often, write ${duplicates[0].id} first.`,
  ];
});

const restoreNotFromBackup = aboutEachCopy(({ service, store, foreign }) => {
  const [first] = foreign;
  return [
    first === undefined
      ? undefined
      : `Expected ${service} to hold what the backup had of ${store}, found ${counted(foreign.length, "write")} that ${foreign.length === 1 ? "was" : "were"} sent after the backup was over, write ${first.id} first: it was copied from somewhere else.`,
  ];
});

const recoveryTargetMissed = aboutEachCopy(({ service, pointInTime }) => {
  if (pointInTime === undefined || "undecided" in pointInTime) return [];
  const { target, stopsBefore, expected, missing, later } = pointInTime;
  const set = `Expected ${service} to hold the ${counted(expected, "write")} that committed before the first transaction to end after ${target} (WAL ${stopsBefore.lsn}, at ${stopsBefore.at})`;
  return [
    missing[0] === undefined
      ? undefined
      : `${set}, found ${counted(missing.length, "write")} missing, write ${missing[0]} first.`,
    later[0] === undefined
      ? undefined
      : `${set}, found ${counted(later.length, "write")} that committed later, write ${later[0]} first.`,
  ];
});

const recoveryTargetUndecided = aboutEachCopy(({ pointInTime }) => [
  pointInTime !== undefined && "undecided" in pointInTime ? pointInTime.undecided : undefined,
]);

/** A rule about each application that was started from a restored configuration; returns what is wrong, in one sentence. */
function aboutEachApplication(
  wrong: (event: EventOfKind<"application-restored">) => string | undefined,
): Rule {
  return {
    kinds: ["restore"],
    find: ({ run }) =>
      eventsOfKind(run.events, "application-restored").flatMap((event) => {
        const message = wrong(event);
        return message === undefined ? [] : [{ message }];
      }),
  };
}

const applicationNotStarted = aboutEachApplication(({ service, healthy, detail }) =>
  healthy
    ? undefined
    : `Expected the application to run in ${service} from the restored configuration, but ${detail}.`,
);

const configurationDiffers = aboutEachApplication(({ service, differing }) =>
  differing.length === 0
    ? undefined
    : `Expected ${service} to have the configuration in force, the hosts of its stores aside, found ${counted(differing.length, "variable")} missing or of another value: ${differing.join(", ")}.`,
);

const secretsNotReadable = aboutEachApplication(({ service, sealed }) =>
  sealed === undefined || sealed.readable === sealed.kept
    ? undefined
    : `Expected the restored key in ${service} to open each of the ${sealed.kept} encrypted values of the restored database, found that it opens ${sealed.readable}.`,
);

/** Nothing breaks in a restore: whatever the original lost, the procedures took from it. */
const originalDamaged: Rule = {
  kinds: ["restore"],
  find: ({ run, reconciliations }) =>
    run.faults.length > 0
      ? []
      : reconciliations.flatMap(({ store, lost }) =>
          lost[0] === undefined
            ? []
            : [
                {
                  message: `Expected ${store} to keep what it acknowledged while a copy of it was made and restored, found ${counted(lost.length, "write")} gone, write ${lost[0].id} first.`,
                },
              ],
        ),
};

const exposureExceedsRpo: Rule = {
  find: ({ measured: { worstCase } }) =>
    worstCase?.promise === "cannot-hold" ? [{ message: worstCase.sentence }] : [],
};

/** Also where the document says nothing of the disaster at all: nobody knows what it can lose. */
const exposureUndecided: Rule = {
  find: ({ run, measured: { worstCase } }) => {
    if (worstCase?.promise === "undecided") return [{ message: worstCase.sentence }];
    const read = lastOfKind(run.events, "document-read");
    if (read === undefined || worstCase !== undefined) return [];
    return [
      {
        message: `Expected ${read.exposure.file} to say how the ${read.case.store} comes back after the disaster, found nothing that could be read.`,
      },
    ];
  },
};

/** What a backup left, and what a restore brought back. */
export const restoreRules = {
  "backup-missing": backupMissing,
  "backup-not-encrypted": backupNotEncrypted,
  "backup-not-stored": backupNotStored,
  "nothing-restored": nothingRestored,
  "restore-incomplete": restoreIncomplete,
  "restore-torn": restoreTorn,
  "restore-damaged": restoreDamaged,
  "restore-not-from-backup": restoreNotFromBackup,
  "recovery-target-missed": recoveryTargetMissed,
  "recovery-target-undecided": recoveryTargetUndecided,
  "application-not-started": applicationNotStarted,
  "configuration-differs": configurationDiffers,
  "secrets-not-readable": secretsNotReadable,
  "original-damaged": originalDamaged,
  "exposure-exceeds-rpo": exposureExceedsRpo,
  "exposure-undecided": exposureUndecided,
} as const satisfies Rules;
