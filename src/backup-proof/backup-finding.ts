import { z } from "zod";
import type { Verdict } from "../judgement/finding.ts";

/**
 * What a code means for the verdict, and for the exit status where that is not the verdict's own: what the machine lacks is 69, as for
 * every command.
 */
const codes = {
  // The file.
  "changed-while-read": { verdict: "inconclusive" },
  "checksum-differs": { verdict: "missed" },
  "empty-backup": { verdict: "missed" },
  "cut-short": { verdict: "missed" },
  damaged: { verdict: "missed" },
  "decompression-bomb": { verdict: "missed" },
  "key-missing": { verdict: "missed" },
  "not-decryptable": { verdict: "missed" },
  "not-encrypted": { verdict: "missed" },
  "too-old": { verdict: "missed" },
  "age-unknown": { verdict: "inconclusive" },
  // The restore.
  "restore-error": { verdict: "missed" },
  "role-missing": { verdict: "missed" },
  "shell-attempt": { verdict: "missed" },
  "restore-too-slow": { verdict: "missed" },
  "restore-timed-out": { verdict: "inconclusive" },
  "server-died": { verdict: "inconclusive" },
  "no-space": { verdict: "inconclusive", exitStatus: 69 },
  "no-memory": { verdict: "inconclusive", exitStatus: 69 },
  "path-escape": { verdict: "missed" },
  "wal-missing": { verdict: "missed" },
  "target-unreachable": { verdict: "missed" },
  "server-not-started": { verdict: "missed" },
  // The restored data.
  "table-missing": { verdict: "missed" },
  "table-unexpected": { verdict: "missed" },
  "table-differs": { verdict: "missed" },
  "sequence-behind": { verdict: "missed" },
  "schema-differs": { verdict: "missed" },
  "canary-missing": { verdict: "missed" },
  "query-differs": { verdict: "missed" },
  corruption: { verdict: "missed" },
  "check-not-run": { verdict: "inconclusive" },
  "source-moved": { verdict: "inconclusive" },
  "no-data-check": { verdict: "inconclusive" },
  interrupted: { verdict: "inconclusive" },
} as const satisfies Record<string, { readonly verdict: Verdict; readonly exitStatus?: 69 }>;

export type BackupFindingCode = keyof typeof codes;

export const backupFindingCodes = z.enum(Object.keys(codes) as [BackupFindingCode, ...BackupFindingCode[]]);

/** One reason why a backup is not proven. */
export interface BackupFinding {
  readonly code: BackupFindingCode;
  /** One sentence: what is wrong, and what to do where that is not plain. */
  readonly message: string;
}

/** What was found out decides; `missed` outranks `inconclusive`, and only nothing at all is `met`. */
export function verdictOf(findings: readonly BackupFinding[]): Verdict {
  const verdicts = findings.map(({ code }): Verdict => codes[code].verdict);
  if (verdicts.includes("missed")) return "missed";
  return verdicts.length === 0 ? "met" : "inconclusive";
}

/** 0 proven, 1 not a good backup, 2 nobody knows, 69 the machine lacks what it takes to know. */
export function exitStatusOf(findings: readonly BackupFinding[]): 0 | 1 | 2 | 69 {
  const verdict = verdictOf(findings);
  if (verdict === "met") return 0;
  if (verdict === "missed") return 1;
  return findings.some(({ code }) => "exitStatus" in codes[code]) ? 69 : 2;
}
