import { isShorterThan } from "./archive-coverage.ts";
import type { BackupPromises, Mechanism } from "./backup-promise.ts";
import type { ExposureFinding } from "./exposure-findings.ts";
import { linesOf, sayDuration, sayLines, sayMechanism } from "./wording.ts";

/** What is wrong with the WAL archive itself. */
export function archiveFindings(promises: BackupPromises): ExposureFinding[] {
  const mechanism = promises.mechanisms.find(({ kind }) => kind === "wal-archive");
  if (mechanism === undefined) return [];
  return [
    ...withoutBase(mechanism, promises),
    ...place(mechanism),
    ...notBounded(mechanism, promises),
    ...modeMissing(promises),
    ...shorterThanBase(mechanism, promises),
  ];
}

function withoutBase(mechanism: Mechanism, promises: BackupPromises): ExposureFinding[] {
  const { mechanisms, replicaSeeds, archive, mentionedBase } = promises;
  if (mentionedBase !== null) return [];
  const isDatabase = mechanisms.filter(({ store }) => store === "database");
  if (isDatabase.some(({ kind }) => kind === "base-backup" || kind === "backup")) return [];
  const dump = isDatabase.find(({ kind }) => kind === "dump");
  const reasons = [
    ...(dump === undefined ? [] : [`WAL can't be applied to ${sayMechanism(dump)}`]),
    ...(replicaSeeds.length === 0
      ? []
      : [`the pg_basebackup in ${sayLines(...replicaSeeds)} fills a replica and is kept nowhere`]),
  ];
  const promised =
    mechanism.granularity === null
      ? ""
      : `, and so no moment can be chosen to within ${sayDuration(mechanism.granularity.seconds)} (${sayLines(mechanism.granularity.source)})`;
  return [
    {
      code: "wal-without-base-backup",
      message: `The WAL archive (${sayLines(mechanism.source, archive.command?.source)}) restores nothing${promised}: the document describes no base backup to apply it to${reasons.length === 0 ? "" : `; ${reasons.join(", and ")}`}.`,
      needed:
        "Needed: base backups by schedule (pg_basebackup, pgBackRest), kept at least as long as the WAL that follows them.",
      lines: linesOf(
        mechanism.source,
        archive.command?.source,
        mechanism.granularity?.source,
        dump?.source,
        ...replicaSeeds,
      ),
    },
  ];
}

function place(mechanism: Mechanism): ExposureFinding[] {
  return mechanism.storage.flatMap((stored): ExposureFinding[] => {
    const where = sayLines(stored.source);
    if (stored.place === "nowhere") {
      return [
        {
          code: "archive-keeps-nothing",
          message: `The WAL archive that is promised (${sayLines(mechanism.source)}) keeps nothing: “${stored.source.text}” (${where}).`,
          needed:
            "Needed: archive_mode = on and an archive_command that copies each segment and fails when it could not.",
          lines: linesOf(mechanism.source, stored.source),
        },
      ];
    }
    if (stored.place !== "same-volume" && stored.place !== "same-host") return [];
    const volume = stored.place === "same-volume" ? " and onto the volume that holds the database" : "";
    return [
      {
        code: "archive-goes-with-server",
        message: `The WAL archive is copied to ${stored.text} (${where}), a folder on the server itself${volume}: it is lost with that server and with its volume, and covers the loss of neither.`,
        needed: "Needed: an archive on another machine (an object store, a backup server).",
        lines: linesOf(mechanism.source, stored.source),
      },
    ];
  });
}

function notBounded(mechanism: Mechanism, { archive }: BackupPromises): ExposureFinding[] {
  const isStated =
    (archive.timeout !== null && archive.timeout.seconds > 0) || mechanism.schedule?.is.kind === "interval";
  if (isStated || archive.command === null || mechanism.storage.some((each) => each.place === "nowhere"))
    return [];
  return [
    {
      code: "archive-not-bounded",
      message: `The WAL archive (${sayLines(mechanism.source, archive.command.source)}) has no bound while little is written: a segment is archived once its 16 MB are full, and ${archive.timeout === null ? "the document sets no archive_timeout" : `archive_timeout is 0 (${sayLines(archive.timeout.source)})`}.`,
      needed: "Needed: an archive_timeout below the RPO.",
      lines: linesOf(mechanism.source, archive.command.source, archive.timeout?.source),
    },
  ];
}

/** Off by default, and then the command is never called. */
function modeMissing({ archive: { mode, command, walLevel } }: BackupPromises): ExposureFinding[] {
  if (command === null) return [];
  const minimal = walLevel?.text === "minimal" ? walLevel : null;
  if (minimal === null && mode !== null) return [];
  // A configuration is stated line by line; a sentence may leave out what goes without saying.
  if (minimal === null && !/^\s*archive_command\s*=/.test(command.source.text)) return [];
  const why =
    minimal === null
      ? "archive_mode is set nowhere, and it is off by default"
      : `wal_level is minimal (${sayLines(minimal.source)})`;
  return [
    {
      code: "archive-mode-missing",
      message: `The archive_command (${sayLines(command.source)}) is never called: ${why}.`,
      needed: "Needed: archive_mode = on, wal_level = replica.",
      lines: linesOf(command.source, minimal?.source),
    },
  ];
}

/** From the oldest moment that is promised there has to be a base backup and all WAL since. */
function shorterThanBase(mechanism: Mechanism, { mechanisms }: BackupPromises): ExposureFinding[] {
  const { retention } = mechanism;
  const gaps = mechanisms.flatMap((each) =>
    each.kind === "base-backup" && each.schedule?.is.kind === "interval"
      ? [{ base: each, seconds: each.schedule.is.seconds }]
      : [],
  );
  const [closest] = gaps.sort((a, b) => a.seconds - b.seconds);
  if (retention === null || closest === undefined || !isShorterThan(mechanism, closest.base)) return [];
  return [
    {
      code: "wal-shorter-than-base",
      message: `WAL is kept ${sayDuration(retention.seconds)} (${sayLines(retention.source)}), and ${sayMechanism(closest.base)} is made only every ${sayDuration(closest.seconds)}: before the next one the WAL since the last is gone, and that one can't be brought up to date.`,
      needed: `Needed: WAL kept for more than ${sayDuration(closest.seconds)}.`,
      lines: linesOf(mechanism.source, retention.source, closest.base.source),
    },
  ];
}
