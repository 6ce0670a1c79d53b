import { expect, test } from "vitest";
import { readRecoveryEstimates } from "./read-recovery-estimates.ts";

const hour = 3600;

test.each<[string, number, number, string]>([
  ["## Fire\n\nEstimated time to restore: 45 min", 2700, 2700, "Fire"],
  ["## Region\n\n- **Expected downtime**: 1–2 hours", hour, 2 * hour, "Region"],
  ["| Scenario | Estimated duration |\n| - | - |\n| Disk | PT30M |", 1800, 1800, "Disk"],
  ["## Restore\n\nThe whole procedure takes about half an hour.", 1800, 1800, "Restore"],
])("%j is an estimate", (markdown, lowerSeconds, upperSeconds, subject) => {
  expect(readRecoveryEstimates(markdown, "x.md").estimates).toMatchObject([
    { lowerSeconds, upperSeconds, subject },
  ]);
});

test.each([
  "RTO: 15 minutes",
  "Recovery Time Objective: 15 minutes",
  "Maximum recovery time: 1 hour",
  "Backups are kept for 30 days in case of recovery.",
  "Restore tests take place every 3 months.",
  "We will provide updates every 30 minutes.",
])("%j is no estimate", (markdown) => {
  expect(readRecoveryEstimates(markdown, "x.md").estimates).toEqual([]);
});
