import type { Evidence } from "../evidence/evidence.ts";
import { countOf, formatBytes, formatCount, formatSeconds } from "./figures.ts";
import { blocks, codeSpan, escapeText, table } from "./markdown.ts";

/** What the backup left and what the restore brought back; nothing for other kinds. */
export function restoreSection(evidence: Evidence): string {
  if (evidence.kind !== "restore") return "";
  return blocks(
    "## What was restored",
    backups(evidence),
    ...evidence.restores.map(restored),
    ...evidence.restoredApplications.map(application),
  );
}

function backups({ backups: files }: Evidence): string {
  if (files.length === 0) return "No file was found where backups are kept.";
  return blocks(
    "Files where backups are kept, told by their first bytes and not by their names:",
    table(
      ["place", "file", "size", "is", "sha256"],
      files.map(({ place, path, bytes, format, sha256 }) => [
        escapeText(place),
        codeSpan(path),
        formatBytes(bytes),
        escapeText(format),
        codeSpan(sha256.slice(0, 16)),
      ]),
      ["left", "left", "right"],
    ),
  );
}

function restored(copy: Evidence["restores"][number]): string {
  const damage: [number, string][] = [
    [copy.missingWrites, "write missing that was acknowledged before the backup began"],
    [copy.baseDataLost, "row or key missing from before the run"],
    [copy.gaps, "gap in the order of writes"],
    [copy.phantoms, "phantom"],
    [copy.changedPayloads, "changed payload"],
    [copy.duplicates, "duplicate"],
  ];
  if (copy.recovery !== null && copy.recovery !== undefined)
    damage.push(
      [copy.recovery.missingWrites ?? 0, "write missing that committed before the instant"],
      [copy.recovery.laterWrites ?? 0, "write that committed after the instant"],
    );
  const found = damage.filter(([count]) => count > 0);
  return blocks(
    `${codeSpan(copy.service)}${target(copy)} holds ${countOf(copy.restoredWrites, "acknowledged write")} of the run's ${escapeText(copy.store)}; ${countOf(copy.afterSnapshot, "later one")} came after ${copy.recovery ? "the instant" : "the backup"} and would be lost with the original.${snapshot(copy)}${boundary(copy)}`,
    found.length === 0
      ? "Nothing that it should hold is missing, changed, doubled or invented."
      : found.map(([count, what]) => `- **${formatCount(count)}** × ${what}`).join("\n"),
  );
}

function application({
  service,
  healthy,
  detail,
  differing,
  sealed,
}: Evidence["restoredApplications"][number]): string {
  const configuration =
    differing.length === 0
      ? "its environment is the one in force, the hosts of its stores aside"
      : `not as in the environment in force: ${differing.map(codeSpan).join(", ")}`;
  const secrets =
    sealed === null
      ? ""
      : ` Of ${countOf(sealed.kept, "encrypted value")} of the database its key opens ${formatCount(sealed.readable)} in the restored copy.`;
  return `The application in ${codeSpan(service)}, started from the restored configuration, ${healthy ? "is healthy" : "is not healthy"} (${escapeText(detail)}); ${configuration}.${secrets}`;
}

function snapshot({ snapshotAtSeconds }: Evidence["restores"][number]): string {
  if (snapshotAtSeconds === null) return "";
  const { from, to } = snapshotAtSeconds;
  return ` Its snapshot was taken between ${formatSeconds(from)} and ${formatSeconds(to)} into the run.`;
}

function target({ recovery }: Evidence["restores"][number]): string {
  return recovery ? `, recovered to ${codeSpan(recovery.target)},` : "";
}

/** What the WAL says about the same instant, independently of the ledger. */
function boundary({ recovery }: Evidence["restores"][number]): string {
  if (!recovery) return "";
  const { expectedWrites, stopsBefore, undecided } = recovery;
  if (stopsBefore === null) return ` ${escapeText(undecided ?? "")}`;
  return ` By the WAL of the original, ${countOf(expectedWrites ?? 0, "write")} committed before the first transaction that ended later (at ${codeSpan(stopsBefore.at)}, WAL ${codeSpan(stopsBefore.lsn)}).`;
}
