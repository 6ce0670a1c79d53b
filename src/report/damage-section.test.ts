import { expect, test } from "vitest";
import { assembleEvidence } from "../evidence/assemble.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { sampleMetRun } from "../evidence/testing/sample-met.ts";
import { damageSection } from "./damage-section.ts";
import { terminalSummary } from "./terminal-summary.ts";
import { verdictSentence } from "./verdict-sentence.ts";

const reading = { holds: true, detail: "0 rows; before: 20 rows" };
const alarm = { step: "2", title: "Compare", line: 127, printed: "< 20 rows\n> 0 rows" };

const checks: Evidence["checks"] = [
  {
    damage: "loseRows(t)",
    planted: reading,
    undone: reading,
    noticed: true,
    noticedBy: [alarm, { ...alarm, step: "5" }],
  },
  { damage: "alterKey(k)", planted: reading, undone: reading, noticed: false, noticedBy: [] },
  {
    damage: "idle(t)",
    planted: { holds: false, detail: "20 rows" },
    undone: reading,
    noticed: null,
    noticedBy: [],
  },
];

function procedure(overrides: Partial<Evidence>): Evidence {
  const evidence = assembleEvidence(sampleMetRun().input);
  const measured = { ...evidence.measured, rtoSeconds: null };
  return { ...evidence, kind: "procedure", measured, checks, ...overrides };
}

test("each step that noticed a damage has a line with what it printed; what nobody noticed says so", () => {
  const section = damageSection(procedure({}));
  expect(section).toContain("1 of 3 kinds of damage were noticed.");
  const rows = section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2);
  expect(
    rows.map((row) =>
      row
        .split("|")
        .map((cell) => cell.trim())
        .slice(1, 5),
    ),
  ).toEqual([
    ["`loseRows(t)`", "yes", "2: Compare", "127"],
    ["", "", "5: Compare", "127"],
    ["`alterKey(k)`", "**no**", "", ""],
    ["`idle(t)`", "not planted", "", ""],
  ]);
  expect(section).toContain("< 20 rows > 0 rows");
});

test("a run that planted no damage has no such section, and no such line at its end", () => {
  const evidence = procedure({ checks: [] });
  expect(damageSection(evidence)).toBe("");
  expect(terminalSummary(evidence, { colour: false })).not.toContain("kinds of damage");
});

test("the sentence on top counts what was missed and what was raised for nothing", () => {
  const falseAlarm = { code: "false-alarm", message: "Step 2 …" };
  expect(verdictSentence(procedure({ verdict: "missed", reasons: [falseAlarm] }))).toContain(
    "of 3 kinds of planted damage the checks missed 1, and over intact data they raised 1 false alarm",
  );
  expect(verdictSentence(procedure({ checks: checks.slice(0, 1) }))).toBe(
    "Met: of 1 kind of planted damage the checks missed none, and over intact data they raised no alarm.",
  );
  expect(terminalSummary(procedure({}), { colour: false })).toContain(
    "Checks     1 of 3 kinds of damage were noticed.",
  );
});
