import { ageFindings, formatAge } from "./age-findings.ts";
import type { OpenedVerification } from "./open-verification.ts";
import type { ProofRecord } from "./proof-record.ts";

/** Checksum and age: known once the file has been read. */
export function checkFile(record: ProofRecord, { options, expected }: OpenedVerification): void {
  const { backup } = record.facts;
  const manifestTime = expected.expectations.find(({ takenAt }) => takenAt !== undefined)?.takenAt;
  const dumpTime = record.madeAtInDump;
  const madeAt = manifestTime ?? dumpTime;
  if (madeAt !== undefined) {
    const madeAtFrom = manifestTime === undefined ? "dump" : "manifest";
    record.note({ backup: { madeAt: madeAt.toISOString(), madeAtFrom } });
  }
  if (options.sha256 !== undefined) {
    const wanted = options.sha256.toLowerCase();
    record.check("the file has the checksum that was given", {
      passed: wanted,
      findings:
        backup.sha256 === wanted
          ? []
          : [
              {
                code: "checksum-differs",
                message: `${backup.file} should have the SHA-256 ${wanted}, and has ${backup.sha256 ?? "none, for it was not read to its end"}: it is not the file that was written.`,
              },
            ],
    });
  }
  if (options.maxAgeMs !== undefined && (madeAt !== undefined || backup.kind !== null)) {
    record.check(`it is at most ${formatAge(options.maxAgeMs)} old`, {
      passed: `made at ${madeAt?.toISOString() ?? ""}`,
      findings: ageFindings(madeAt, new Date(), options.maxAgeMs),
    });
  }
}

/** Whether it restored in the time that it may take. */
export function checkRestoreTime(record: ProofRecord, maxRestoreMs: number | undefined): void {
  if (maxRestoreMs === undefined || record.restoreSeconds === null) return;
  const tooSlow = record.restoreSeconds * 1000 > maxRestoreMs;
  record.check(`it restores within ${maxRestoreMs / 1000} s`, {
    passed: `${record.restoreSeconds.toFixed(1)} s`,
    findings: tooSlow
      ? [
          {
            code: "restore-too-slow",
            message: `Fetching and restoring took ${record.restoreSeconds.toFixed(1)} s, and may take ${maxRestoreMs / 1000} s.`,
          },
        ]
      : [],
  });
}

/** A run in which nothing about the data could have failed proves nothing about it. */
export function requireDataCheck(record: ProofRecord): void {
  if (record.checks.some(({ ofData, outcome }) => ofData && outcome !== "not-run")) return;
  record.check("something says what should be in it", {
    passed: "",
    findings: [
      {
        code: "no-data-check",
        message:
          "Nothing said what should be in the backup, so no check of its data could have failed: give the manifest of its snapshot (--expect), the database that was backed up (--source), or a canary (--canary).",
      },
    ],
  });
}
