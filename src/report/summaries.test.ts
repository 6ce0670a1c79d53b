import { describe, expect, it } from "vitest";
import { assembleEvidence } from "../evidence/assemble.ts";
import { distributionOf } from "../evidence/distribution.ts";
import type { DrillRecord } from "../evidence/drill-record.ts";
import { sampleInterruptedRun } from "../evidence/testing/sample-interrupted.ts";
import { sampleMetRun } from "../evidence/testing/sample-met.ts";
import { sampleMissedRun } from "../evidence/testing/sample-missed.ts";
import { renderComparison } from "./comparison.ts";
import { renderDrillReport } from "./drill-report.ts";
import { renderJunit } from "./junit.ts";
import { terminalChecklist, terminalSummary } from "./terminal-summary.ts";

const met = assembleEvidence(sampleMetRun().input);
const missed = assembleEvidence(sampleMissedRun().input);
const interrupted = assembleEvidence(sampleInterruptedRun().input);

describe("summary for the terminal", () => {
  it("fits 80 columns", () => {
    for (const evidence of [met, missed, interrupted]) {
      for (const line of terminalSummary(evidence, { colour: false }).split("\n")) {
        expect(line.length).toBeLessThanOrEqual(80);
      }
    }
  });

  it("says a reason once, and how often it holds", () => {
    const [first] = missed.reasons;
    if (first === undefined) throw new TypeError("the sample has no reason");
    const once = { ...missed, reasons: [first] };
    const thrice = { ...missed, reasons: [first, { ...first, step: "5" }, first] };
    const flat = (evidence: typeof missed): string =>
      terminalSummary(evidence, { colour: false }).replace(/\s+/g, " ");
    expect(flat(once)).toContain(`${first.code}: ${first.message} `);
    expect(flat(once)).not.toContain("times)");
    expect(flat(thrice)).toContain(`${first.code}: ${first.message} (3 times)`);
    expect(flat(thrice).split(first.message)).toHaveLength(2);
  });

  it("gives the RTO in its parts, the RPO in writes and seconds, integrity and reasons", () => {
    const summary = terminalSummary(met, { colour: false });
    expect(summary).toMatch(/^RTO +305 s, objective under 900 s \(15 min\), measured 5\.06 s$/m);
    expect(summary).toMatch(/^ +step 3: Promote replica to primary +0\.420 s$/m);
    expect(summary).toMatch(/^ +the alert's for: 5m, not waited out +300 s$/m);
    expect(summary).toMatch(/^RPO +2 of 1,543 acknowledged writes lost, 0\.048 s/m);
    expect(summary).toMatch(/^Integrity +2 of 2 checks hold$/m);
    expect(terminalSummary(missed, { colour: false })).toMatch(/^Reasons +not-recovered: Service was/m);
    expect(terminalSummary(interrupted, { colour: false })).toMatch(/^Missing +baseline: SIGINT/m);
  });

  it("has colours only where they were asked for", () => {
    expect(terminalSummary(missed, { colour: false })).not.toContain("\u001b");
    expect(terminalSummary(missed, { colour: true })).toContain("\u001b[31m");
  });

  it("a text of somebody else's can't steer the terminal", () => {
    const title = "a\u001b[2Jb\u0007c\u202ed";
    expect(terminalSummary({ ...met, title }, { colour: false })).toContain("\nab c d\n");
  });

  it("base data that is gone is no run without a loss", () => {
    const measured = { ...missed.measured, lostWrites: 0, rpoSeconds: null, rpoAtLeastWindow: true };
    const losses = missed.losses.map((loss) => ({ ...loss, atFailover: 0, total: 544 }));
    expect(
      terminalSummary({ ...missed, measured, losses }, { colour: false }).replaceAll("\n", " "),
    ).toContain("and data from before the run is gone, with 544 acknowledged writes (objective");
  });

  it("a check that does not hold is named", () => {
    const integrity = [{ name: "digest of tradelog", holds: false, expected: "a", found: "other rows" }];
    expect(terminalSummary({ ...met, integrity }, { colour: false })).toMatch(
      /^Integrity +digest of tradelog: other rows$/m,
    );
  });
});

describe("a replica that did not get what its primary was given", () => {
  const seen = { primary: "postgres", replica: "postgres-replica", observedAtSeconds: 9, waitedSeconds: 20 };
  const replication = [
    { ...seen, arrived: true, detail: "it is there" },
    { ...seen, arrived: false, detail: "it is not" },
  ];

  it("is what a run shows that has no baseline", () => {
    expect(terminalSummary({ ...missed, baseline: null, replication }, { colour: false })).toMatch(
      /^Missed: what is written on postgres does not arrive on postgres-replica; /m,
    );
  });

  it("stands first where service was lost too", () => {
    expect(terminalSummary({ ...missed, replication }, { colour: false }).replaceAll("\n", " ")).toMatch(
      /Missed: what is written on postgres does not arrive on postgres-replica, and service did not come back/,
    );
  });
});

describe("JUnit", () => {
  it("a miss is a failure, what is inconclusive is an error, and neither passes", () => {
    const xml = renderJunit([met, missed, interrupted]);
    expect(xml).toMatch(/tests="7" failures="0" errors="0" skipped="0"/);
    expect(xml).toMatch(/tests="6" failures="5" errors="0" skipped="0"/);
    expect(xml).toMatch(/tests="1" failures="0" errors="1" skipped="0"/);
  });

  it("no text breaks out of its attribute or element, or is forbidden in XML", () => {
    const title = `"><evil a='&\u0000\u001b[1m`;
    const xml = renderJunit([{ ...missed, title, reasons: [{ code: "x", message: "<evil/>" }] }]);
    expect(xml).not.toContain("<evil");
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  });

  it("a step's output that holds a tag of JUnit's own is counted for nothing", () => {
    const steps = met.steps.map((step) => ({ ...step, output: "<failure>" }));
    expect(renderJunit([{ ...met, steps }])).toContain('failures="0"');
  });
});

describe("comparison", () => {
  const text = renderComparison(
    { label: "as documented", evidence: missed, folder: "database-failover" },
    { label: "corrected", evidence: met },
  );

  it("puts the same figure of both runs into one row", () => {
    expect(text).toMatch(/\| verdict +\| \*\*missed\*\* +\| met +\|/);
    expect(text).toMatch(/\| steps that failed or did nothing +\| 4 of 5 +\| 0 of 6 +\|/);
    expect(text).toContain("[as documented](database-failover/report.md): Missed");
  });

  it("puts steps of the same title beside each other, and an added one where it comes", () => {
    const rows = text.split("\n").filter((line) => line.includes("(line "));
    expect(rows[0]).toMatch(
      /1 Check replica status \(line 163\).*\*\*failed\*\*.*1 Check replica status \(line 12\).*succeeded/,
    );
    expect(rows[1]).toMatch(/^\| +\| +\| 2 Stop the old primary/);
    expect(rows[2]).toMatch(/2 Promote replica to primary \(line 166\).*3 Promote replica to primary/);
    expect(rows).toHaveLength(7);
  });
});

describe("report of a drill", async () => {
  const drill: DrillRecord = {
    schemaVersion: 1,
    drill: "quarterly",
    title: "Quarterly Failover Test",
    startedAt: "2026-11-24T07:50:11Z",
    verdict: "missed",
    items: [
      { text: "Failover completes within RTO", line: 281, verdict: "met", evidence: ["database-failover"] },
      { text: "Data loss within RPO", line: 282, verdict: "missed", evidence: ["database-failover@2"] },
      { text: "Monitoring operational", line: null, verdict: "inconclusive", evidence: [] },
    ],
    distributions: [distributionOf([met, missed])],
  };
  const files = await renderDrillReport(drill, [
    { folder: "database-failover", evidence: met, evidenceSha256: "ab".repeat(32) },
    { folder: "database-failover@2", evidence: missed },
  ]);
  const report = files["report.md"] ?? "";

  it("begins with its verdict and how many items are proven", () => {
    expect(report).toMatch(
      /^# Quarterly Failover Test\n\n\*\*Missed: 1 of 3 items are proven by evidence, 1 refuted, 1 open\.\*\*/,
    );
  });

  it("ticks a box only for an item that evidence met, and links the evidence", () => {
    expect(report).toContain(
      "- [x] Failover completes within RTO (line 281): met, [database-failover](database-failover/report.md)",
    );
    expect(report).toContain("- [ ] Data loss within RPO (line 282): **missed**");
    expect(report).toContain("- [ ] Monitoring operational: **inconclusive**");
  });

  it("lists every reason of every run as a finding, and none for runs that met everything", async () => {
    const findings = report.slice(report.indexOf("## Findings"), report.indexOf("## Repeats"));
    expect(findings).toContain("- `not-recovered` in [database-failover@2](database-failover@2/report.md)");
    expect(findings.match(/^- /gm)).toHaveLength(missed.reasons.length);
    const good = await renderDrillReport(drill, [{ folder: "database-failover", evidence: met }]);
    expect(good["report.md"]).toContain("## Findings\n\nNone.");
  });

  it("is a checklist in the terminal too, no line of it longer than 80 columns", () => {
    const text = terminalChecklist(drill, { colour: false });
    expect(text).toContain("[x] Failover completes within RTO: met");
    expect(text).toContain("[ ] Data loss within RPO: missed");
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(terminalChecklist(drill, { colour: true })).toContain("\u001b[31m[ ] Data loss");
  });

  it("gives the bound that repeats allow", () => {
    expect(report).toMatch(
      /`database-failover` +\| +2 +\| +1 +\| +1 +\| +0 .*≥ 2\.53 % at 95\.0 % confidence/,
    );
  });
});
