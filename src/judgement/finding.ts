/** What a run showed: false outranks unknown, unknown outranks true. */
export type Verdict = "met" | "missed" | "inconclusive";

/**
 * What each finding makes of the verdict: the one table. A code that is not here can't be made, and whatever else stops a run is
 * `inconclusive`. `met` needs that nothing was found.
 */
export const verdictOfFinding = {
  "rto-exceeded": "missed",
  "rpo-exceeded": "missed",
  "not-recovered": "missed",
  "step-failed": "missed",
  "step-timed-out": "missed",
  "step-waited-for-input": "missed",
  "step-no-effect": "missed",
  "step-printed-error": "missed",
  "application-on-old-url": "missed",
  "promoted-after-failed-fence": "missed",
  "verified-wrong-node": "missed",
  "verification-changed-data": "missed",
  "premature-verification": "missed",
  "two-writable-primaries": "missed",
  "divergent-write": "missed",
  "phantom-write": "missed",
  "changed-payload": "missed",
  "duplicate-write": "missed",
  "gap-in-order": "missed",
  "base-data-lost": "missed",
  "destroyed-later": "missed",
  "acknowledged-without-commit": "missed",
  "integrity-difference": "missed",
  "damage-left": "missed",
  "recovery-stopped-early": "missed",
  "redundancy-lost": "missed",
  "replication-not-set-up": "missed",
  "backup-missing": "missed",
  "backup-not-encrypted": "missed",
  "backup-not-stored": "missed",
  "nothing-restored": "missed",
  "restore-incomplete": "missed",
  "restore-torn": "missed",
  "restore-damaged": "missed",
  "restore-not-from-backup": "missed",
  "recovery-target-missed": "missed",
  "application-not-started": "missed",
  "configuration-differs": "missed",
  "secrets-not-readable": "missed",
  "original-damaged": "missed",
  "last-backup-deleted": "missed",
  "kept-too-short": "missed",
  "kept-too-long": "missed",
  "wal-not-archived": "missed",
  "archive-goes-with-server": "missed",
  "archive-overwritten": "missed",
  "exposure-exceeds-rpo": "missed",
  "damage-unnoticed": "missed",
  "false-alarm": "missed",
  "not-durable": "missed",

  interrupted: "inconclusive",
  "harness-error": "inconclusive",
  "baseline-not-established": "inconclusive",
  "fault-not-observed": "inconclusive",
  "healed-by-itself": "inconclusive",
  "too-many-indeterminate": "inconclusive",
  "ledger-incomplete": "inconclusive",
  "oracle-disagrees": "inconclusive",
  "manual-step-left": "inconclusive",
  "step-not-run": "inconclusive",
  "nothing-verified": "inconclusive",
  "rto-undecided": "inconclusive",
  "exposure-undecided": "inconclusive",
  "recovery-target-undecided": "inconclusive",
  "damage-not-planted": "inconclusive",
  "damage-not-undone": "inconclusive",
  "nothing-measured": "inconclusive",
} as const satisfies Record<string, Verdict>;

export type FindingCode = keyof typeof verdictOfFinding;

/** One reason for a verdict. */
export interface Finding {
  readonly code: FindingCode;
  /** One sentence: what was expected, what was found. */
  readonly message: string;
  /** Id of the step it is about. */
  readonly step?: string;
}
