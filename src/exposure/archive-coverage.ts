import type { BackupPromises, Mechanism } from "./backup-promise.ts";
import type { DocumentLine } from "./document-line.ts";
import type { Coverage, Disaster, Loss, Observed } from "./coverage.ts";
import { isGoneBeforeTheNext, survives } from "./survival.ts";
import { sayDuration, sayLines, sayMechanism } from "./wording.ts";

/** An archive of WAL brings back what came after a base backup, if both outlive the disaster. */
export function archiveCoverage(
  mechanism: Mechanism,
  disaster: Disaster,
  promises: BackupPromises,
  observed: Observed,
): Coverage {
  const { archive } = promises;
  const named = [mechanism.source, ...mechanism.storage.map(({ source }) => source)];
  const no = (because: string, lines = named): Coverage => ({
    mechanism,
    covers: "no",
    loss: { kind: "not-known" },
    because,
    lines,
  });
  const nothing = mechanism.storage.find(({ place }) => place === "nowhere");
  if (nothing !== undefined) return no(`keeps nothing (“${nothing.text}”, ${sayLines(nothing.source)})`);
  const bases = promises.mechanisms.filter(
    ({ kind, store }) => kind === "base-backup" && store === "database",
  );
  const unclear = promises.mechanisms.find(({ kind, store }) => kind === "backup" && store === "database");
  const mention = promises.mentionedBase;
  if (bases.length === 0 && unclear === undefined && mention === null)
    return no("restores nothing, for the document describes no base backup to apply it to");
  if (
    bases.length > 0 &&
    bases.every((base) => isGoneBeforeTheNext(base) || isShorterThan(mechanism, base))
  ) {
    return no(
      "can't be applied at any time, for it or its base backup is deleted before the next base backup is made",
      [...named, ...bases.map(({ source }) => source)],
    );
  }
  const open = bases.length > 0 ? [] : [unclearBase(unclear, mention)];
  const { loss, because } =
    disaster === "logical-damage" ? momentLoss(mechanism) : tailLoss(mechanism, promises, observed);
  const lines = [
    ...named,
    ...bases.map(({ source }) => source),
    ...(archive.timeout === null ? [] : [archive.timeout.source]),
  ];
  if (disaster !== "logical-damage") {
    const own = survives(mechanism.storage);
    if (own.covers === "no") return no(own.because);
    if (own.covers === "unclear") open.push(own.because);
    const base = bases.map(({ storage }) => survives(storage));
    if (base.length > 0 && base.every(({ covers }) => covers === "no"))
      return no("has no base backup that outlives this", lines);
    if (base.length > 0 && !base.some(({ covers }) => covers === "yes")) {
      const reasons = base.flatMap((each) =>
        "because" in each ? [`of its base backup ${each.because}`] : [],
      );
      open.push(...new Set(reasons));
    }
  }
  return {
    mechanism,
    covers: open.length === 0 ? "yes" : "unclear",
    loss,
    because: [because, ...open].join("; "),
    lines,
  };
}

function unclearBase(backup: Mechanism | undefined, mention: DocumentLine | null): string {
  return mention === null && backup !== undefined
    ? `${sayMechanism(backup)} is a start for it only if it copies the files of the server, which the document does not say`
    : `it needs a base backup, and of the one that is mentioned (${sayLines(mention)}) the document does not say how or when it is made`;
}

/** Before the next base backup the WAL that follows the last one is gone. */
export function isShorterThan({ retention }: Mechanism, base: Mechanism): boolean {
  const { schedule } = base;
  return retention !== null && schedule?.is.kind === "interval" && retention.seconds < schedule.is.seconds;
}

/** The live WAL is still there: recovery stops just before the damage, and what came after it has to be done again. */
function momentLoss({ granularity }: Mechanism): { loss: Loss; because: string } {
  const seconds = granularity?.seconds ?? 0;
  const step =
    granularity === null ? "" : ` to within ${sayDuration(seconds)} (${sayLines(granularity.source)})`;
  return {
    loss: { kind: "bounded", seconds },
    because: `brings back the moment before the damage${step}; what was written after it is given up`,
  };
}

/** What had not left the server when it went. */
function tailLoss(
  mechanism: Mechanism,
  { archive }: BackupPromises,
  observed: Observed,
): { loss: Loss; because: string } {
  const { schedule, storage } = mechanism;
  if (archive.timeout !== null && archive.timeout.seconds > 0) {
    const { seconds, source } = archive.timeout;
    return {
      loss: { kind: "bounded", seconds },
      because: `loses up to ${sayDuration(seconds)} (archive_timeout, ${sayLines(source)}) plus the time that a segment takes to arrive`,
    };
  }
  if (schedule?.is.kind === "interval") {
    const { seconds } = schedule.is;
    return {
      loss: { kind: "bounded", seconds },
      because: `loses up to ${sayDuration(seconds)} (${sayLines(schedule.source)})`,
    };
  }
  if (
    storage.some(({ text }) => /\bstreaming\b/.test(text)) ||
    /\bpg_receivewal\b|\bstream/i.test(mechanism.source.text)
  ) {
    const lag = observed.lagSeconds?.database;
    return lag === undefined
      ? {
          loss: { kind: "not-known" },
          because: "loses what had not arrived, which the document does not bound and nobody measured",
        }
      : {
          loss: { kind: "bounded", seconds: lag },
          because: `loses what had not arrived, ${sayDuration(lag)} as observed`,
        };
  }
  if (archive.command === null && archive.timeout === null) {
    const because =
      "loses what had not left, and the document shows neither an archive_command nor an archive_timeout";
    return { loss: { kind: "not-known" }, because };
  }
  const off =
    archive.timeout === null
      ? "the document sets no archive_timeout"
      : `archive_timeout is 0 (${sayLines(archive.timeout.source)})`;
  return {
    loss: { kind: "unbounded" },
    because: `has no bound while little is written: ${off}, so that a segment leaves only once its 16 MB are full`,
  };
}
