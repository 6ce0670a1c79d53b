import { documentLine } from "../src/checklist/document-line.ts";
import { drill, type ChecklistItem } from "../src/checklist/drill.ts";
import { judgeSteps } from "../src/checklist/judge-steps.ts";
import { backupRestore } from "../scenarios/backup-restore.scenario.ts";
import { pointInTimeRecovery } from "../scenarios/point-in-time-recovery.scenario.ts";

/** The dump, and what the promised recovery point rests on: the base backup with the archived WAL. */
const both = [backupRestore, pointInTimeRecovery];

type Judge = NonNullable<ChecklistItem["judge"]>;
type Evidence = Parameters<Judge>[0];

/** The document's own words, with the line that asks for them. */
function asked(text: string, judge: Judge, prefix = "- [ ] "): ChecklistItem {
  return {
    text,
    line: documentLine("runbooks/as-documented.md", `${prefix}${text}`),
    scenarios: both.map(({ name }) => name),
    judge,
  };
}

function has({ reasons }: Evidence, ...codes: readonly string[]): boolean {
  return reasons.some(({ code }) => codes.includes(code));
}

const isBackupStep = (id: string): boolean => id.startsWith("backup-");

const backupCompletes: Judge = (evidence) =>
  has(evidence, "backup-missing", "backup-not-stored")
    ? "missed"
    : judgeSteps(evidence.steps.filter(({ id }) => isBackupStep(id)));

const isRestored: Judge = (evidence) =>
  has(evidence, "nothing-restored")
    ? "missed"
    : judgeSteps(evidence.steps.filter(({ id }) => !isBackupStep(id)));

const isEncrypted: Judge = (evidence) => {
  if (has(evidence, "backup-not-encrypted")) return "missed";
  return evidence.backups.length === 0 || has(evidence, "backup-missing") ? "inconclusive" : "met";
};

const isInTime: Judge = (evidence) => {
  const { rtoSeconds } = evidence.measured;
  if (isRestored(evidence) !== "met") return isRestored(evidence);
  if (rtoSeconds === null) return "inconclusive";
  return rtoSeconds < 15 * 60 ? "met" : "missed";
};

const damage = [
  "restore-torn",
  "restore-damaged",
  "restore-not-from-backup",
  "recovery-target-missed",
  "nothing-restored",
];

const isSound: Judge = (evidence) => {
  if (has(evidence, "integrity-difference", ...damage)) return "missed";
  if (isRestored(evidence) !== "met") return isRestored(evidence);
  const checks = evidence.integrity.filter(({ name }) =>
    evidence.restores.some(({ service }) => name.startsWith(service)),
  );
  return checks.length > 0 && checks.every(({ holds }) => holds === true) ? "met" : "inconclusive";
};

const nothingLost: Judge = (evidence) => {
  const lost = [
    "restore-incomplete",
    "original-damaged",
    "base-data-lost",
    "destroyed-later",
    "gap-in-order",
  ];
  if (has(evidence, ...lost, ...damage)) return "missed";
  return evidence.restores.length > 0 ? isRestored(evidence) : "inconclusive";
};

/** Findings stand in the evidence and the report; what was not collected could hide one. */
const issuesDocumented: Judge = ({ partial, verdict }) =>
  partial.length === 0 && verdict !== "inconclusive" ? "met" : "inconclusive";

export const monthly = drill("monthly", {
  title: "Monthly DR test: backups are made, restored to a test environment and verified",
  scenarios: both,
  items: [
    asked("Create manual backup", backupCompletes, "1. "),
    asked("Restore to test environment", isRestored, "2. "),
    asked("Verify data integrity", isSound, "3. "),
    asked("Document any issues", issuesDocumented, "4. "),
    asked("Backup completes successfully", backupCompletes),
    asked("Backup file is encrypted", isEncrypted),
    asked("Restore completes within 15 minutes", isInTime),
    asked("Data integrity verified", isSound),
    asked("No data loss detected", nothingLost),
    {
      text: "Any second comes back from the base backup and the archived WAL",
      line: null,
      scenarios: [pointInTimeRecovery.name],
    },
  ],
});
