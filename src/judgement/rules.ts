import { archivingRules } from "./archiving-rules.ts";
import { checkRules } from "./check-rules.ts";
import { faultRules } from "./fault-rules.ts";
import type { FindingCode } from "./finding.ts";
import { nodeRules } from "./node-rules.ts";
import { objectiveRules } from "./objective-rules.ts";
import { omissionRules } from "./omission-rules.ts";
import { recoveryRules } from "./recovery-rules.ts";
import type { Rule } from "./rule.ts";
import { replicationRules } from "./replication-rules.ts";
import { restoreRules } from "./restore-rules.ts";
import { retentionRules } from "./retention-rules.ts";
import { runRules } from "./run-rules.ts";
import { stepRules } from "./step-rules.ts";
import { verificationRules } from "./verification-rules.ts";
import { writeRules } from "./write-rules.ts";

/** One file each; no code stands in two of them. */
export const ruleGroups = [
  objectiveRules,
  stepRules,
  verificationRules,
  nodeRules,
  writeRules,
  recoveryRules,
  replicationRules,
  restoreRules,
  retentionRules,
  archivingRules,
  checkRules,
  runRules,
  faultRules,
  omissionRules,
] as const;

/** The one rule of each code: a code without one does not compile. */
export const rules: Readonly<Record<FindingCode, Rule>> = {
  ...objectiveRules,
  ...stepRules,
  ...verificationRules,
  ...nodeRules,
  ...writeRules,
  ...recoveryRules,
  ...replicationRules,
  ...restoreRules,
  ...retentionRules,
  ...archivingRules,
  ...checkRules,
  ...runRules,
  ...faultRules,
  ...omissionRules,
};
