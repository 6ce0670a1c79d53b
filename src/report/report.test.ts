import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import type { Root } from "mdast";
import { toString } from "mdast-util-to-string";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { describe, expect, it, vi } from "vitest";
import { assembleEvidence } from "../evidence/assemble.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { sampleInterruptedRun } from "../evidence/testing/sample-interrupted.ts";
import { sampleMetRun } from "../evidence/testing/sample-met.ts";
import { sampleMissedRun } from "../evidence/testing/sample-missed.ts";
import type { SampleRun } from "../evidence/testing/sample-run.ts";
import { renderReport } from "./report.ts";

// Drawing takes seconds on a machine that does ten other things.
vi.setConfig({ testTimeout: 60_000 });

async function reportOf(run: SampleRun, change: (evidence: Evidence) => Evidence = (evidence) => evidence) {
  const evidence = change(assembleEvidence(run.input));
  return renderReport({
    evidence,
    events: run.events,
    entries: run.entries,
    evidenceSha256: "ef".repeat(32),
  });
}

async function markdownOf(run: SampleRun, change?: (evidence: Evidence) => Evidence): Promise<string> {
  return (await reportOf(run, change))["report.md"] ?? "";
}

function parse(markdown: string): Root {
  return unified().use(remarkParse).use(remarkGfm).parse(markdown);
}

function headings(markdown: string): string[] {
  return parse(markdown).children.flatMap((node) => (node.type === "heading" ? [toString(node)] : []));
}

describe("report", () => {
  it("begins with the verdict in one sentence", async () => {
    const second = async (run: SampleRun): Promise<string> =>
      toString(parse(await markdownOf(run)).children[1]);
    expect(await second(sampleMetRun())).toBe(
      "Met: service was back and verified 305 s after the fault (objective: under 900 s), documented delays of 300 s included, and 2 acknowledged writes were lost, 0.048 s of work (objective: under 300 s).",
    );
    expect(await second(sampleMissedRun())).toBe(
      "Missed: service did not come back, and no acknowledged write was lost; 4 of 5 steps failed or did nothing.",
    );
    expect(await second(sampleInterruptedRun())).toBe(
      "Inconclusive, so evidence of nothing: SIGINT ended the run before anything was broken.",
    );
  });

  it("cites the line of each objective beside its measurement and bounds", async () => {
    const report = await markdownOf(sampleMetRun());
    expect(report).toMatch(/\| RTO .*< 900 s \(15 min\).*305 s.*5\.06 s.*met.*`docs\/dr-strategy\.md:9`/);
    expect(report).toMatch(/\| RPO .*0\.048 s.*2 of 1,543 acknowledged writes.*`docs\/dr-strategy\.md:14`/);
    expect(report).toMatch(/the alert's for: 5m, not waited out \(`docs\/dr-strategy\.md:223`\) +\| +300 s/);
  });

  it("names each documented line that failed or did nothing, with what it printed and left unchanged", async () => {
    const report = await markdownOf(sampleMissedRun());
    const start = report.indexOf("## Lines of the document that failed or did nothing");
    const section = report.slice(start, report.indexOf("## Steps"));
    expect(start).toBeGreaterThan(0);
    expect(headings(section).slice(1)).toEqual([
      "docs/dr-strategy.md, line 163: Check replica status",
      "docs/dr-strategy.md, line 166: Promote replica to primary",
      "docs/dr-strategy.md, line 169: Update DATABASE_URL in .env",
      // It exited 0, and left the application where it was.
      "docs/dr-strategy.md, line 172: Restart backend services",
      "docs/dr-strategy.md, line 175: Verify writes",
    ]);
    expect(section).toContain("pg_ctl: cannot be run as root");
    expect(section).toContain(
      "It was to bring about `file:changed`; files, roles and containers are as they were before it.",
    );
    expect(section).toContain("It printed nothing.");
  });

  it("of a document that was met names no line as failed", async () => {
    expect(await markdownOf(sampleMetRun())).not.toContain("failed or did nothing");
  });

  it("of loss without bound says so instead of a figure", async () => {
    const report = await markdownOf(sampleMetRun(), (evidence) => ({
      ...evidence,
      measured: { ...evidence.measured, rpoSeconds: null, rpoAtLeastWindow: true },
    }));
    expect(report).toContain("≥ 8.77 s, all of the run");
  });

  it("of an interrupted run says what is missing and why, and judges nothing", async () => {
    const report = await markdownOf(sampleInterruptedRun());
    expect(report).toContain("- no baseline: SIGINT ended the run before it came so far");
    expect(report).not.toMatch(/\| met/);
  });

  it("has every section in every run", async () => {
    const expected = [
      "Objectives and measurements",
      "Timeline",
      "Steps",
      "What was lost",
      "Integrity",
      "Oracle",
      "Exposure",
      "Faults",
      "Environment",
      "How the figures are defined",
    ];
    for (const run of [sampleMetRun(), sampleMissedRun(), sampleInterruptedRun()]) {
      expect(headings(await markdownOf(run))).toEqual(expect.arrayContaining(expected));
    }
  });

  it("keeps its structure whatever a document, a server or a step says", async () => {
    const evil = "a|b\n# Forged\n```\n</details>\n\n<script>x</script> [l](http://x) `";
    const change = (evidence: Evidence): Evidence => ({
      ...evidence,
      reasons: evidence.reasons.map((reason) => ({ ...reason, message: evil })),
      steps: evidence.steps.map((step) => ({
        ...step,
        title: evil,
        reason: evil,
        output: evil,
        changes: [{ kind: "file", subject: evil, before: evil, after: evil }],
        executedIn: [evil],
        commands: step.commands.map((command) => ({
          ...command,
          text: evil,
          output: evil,
          printedError: evil,
        })),
      })),
      integrity: [{ name: evil, holds: false, expected: evil, found: evil }],
      notices: [evil],
    });
    const plain = parse(await markdownOf(sampleMissedRun(), (evidence) => ({ ...evidence, notices: ["x"] })));
    const attacked = parse(await markdownOf(sampleMissedRun(), change));
    const outline = (tree: Root): string[] =>
      tree.children.map((node) => (node.type === "heading" ? `heading ${String(node.depth)}` : node.type));
    const withoutCode = (names: string[]): string[] =>
      names.filter((name) => name !== "code" && name !== "paragraph");
    expect(withoutCode(outline(attacked))).toEqual(withoutCode(outline(plain)));
    expect(headings(await markdownOf(sampleMissedRun(), change))).not.toContain("Forged");
    const html = attacked.children.flatMap((node) => (node.type === "html" ? [node.value] : []));
    expect(html.join("\n")).not.toContain("<script>");
    // One per step, and the definitions.
    expect(html.filter((block) => block.startsWith("<details>"))).toHaveLength(6);
  });

  it("shortens what a step printed and says where the rest is", async () => {
    const output = Array.from({ length: 5000 }, (_, line) => `line ${String(line)}`).join("\n");
    const report = await markdownOf(sampleMetRun(), (evidence) => ({
      ...evidence,
      steps: evidence.steps.map((step) => ({
        ...step,
        commands: step.commands.map((command) => ({ ...command, output })),
      })),
    }));
    expect(report).toContain("[… 4940 lines, see evidence.json …]");
    expect(report.length).toBeLessThan(60_000);
  });

  it("lists every file that it is made from with its digest", async () => {
    const report = await markdownOf(sampleMetRun());
    expect(report).toMatch(new RegExp("`evidence.json` .*`(ef){32}`"));
    expect(report).toMatch(new RegExp("`lost-writes.csv` .*`(cc){32}`"));
  });

  it("says of a self-test that was not run what that means", async () => {
    expect(await markdownOf(sampleMissedRun())).toContain("Self-test: **not run**");
    expect(await markdownOf(sampleMetRun())).toContain("Self-test: passed on 2026-11-24T06:12:00Z");
  });
});

describe("picture", () => {
  it("has an opaque background, a title and a description in each theme", async () => {
    const files = await reportOf(sampleMetRun());
    for (const [file, background] of [
      ["timeline-light.svg", "#ffffff"],
      ["timeline-dark.svg", "#0d1117"],
    ] as const) {
      const svg = files[file] ?? "";
      expect(svg).toMatch(new RegExp(`<rect width="\\d+" height="\\d+" fill="${background}"`));
      expect(svg).toContain('role="img"');
      expect(svg).toMatch(/<title id="picture-title">Primary database dies/);
      expect(svg).toMatch(/<desc id="picture-description">Requests per second/);
    }
  });

  it("says its meaning in the alternative text", async () => {
    const report = await markdownOf(sampleMetRun());
    const alt = /alt="([^"]*)"/.exec(report)?.[1];
    expect(alt).toContain("killNode(postgres) was in force to the end.");
    expect(alt).toContain(
      "place-trade failed from 0.011 s after the fault and came back between 4.352 and 4.405 s after it.",
    );
    expect(alt).toContain("Step 3, Promote replica to primary: succeeded in 0.420 s.");
  });

  it("is the same to the byte in this process and in a fresh one", async () => {
    const digest = (files: Readonly<Record<string, string>>): string =>
      createHash("sha256").update(JSON.stringify(files)).digest("hex");
    const here = digest(await reportOf(sampleMetRun()));
    expect(digest(await reportOf(sampleMetRun()))).toBe(here);
    const url = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
    const program = `
      import { createHash } from "node:crypto";
      import { assembleEvidence } from ${url("../evidence/assemble.ts")};
      import { sampleMetRun } from ${url("../evidence/testing/sample-met.ts")};
      import { renderReport } from ${url("./report.ts")};
      const run = sampleMetRun();
      const evidence = assembleEvidence(run.input);
      const files = await renderReport({ evidence, events: run.events, entries: run.entries, evidenceSha256: "ef".repeat(32) });
      process.stdout.write(createHash("sha256").update(JSON.stringify(files)).digest("hex"));
    `;
    const environment = { ...process.env, TZ: "Asia/Kathmandu", LANG: "de_DE.UTF-8" };
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      env: environment,
    });
    expect(stdout).toBe(here);
  });
});

describe("procedures before the runbook", () => {
  it("are named as followed, and their steps are looked for in their own document", async () => {
    const before = [
      { file: "setup.md", slug: "set-up", heading: "Set-up", line: 3, sha256: "ab".repeat(32) },
    ];
    const markdown = await markdownOf(sampleMissedRun(), (evidence) => ({
      ...evidence,
      before,
      steps: evidence.steps.map((step, index) => (index === 1 ? { ...step, file: "setup.md" } : step)),
    }));
    expect(markdown).toContain("Followed: `setup.md#set-up`, sha256 ");
    expect(markdown).toMatch(/^### setup\.md, line \d+: /m);
  });

  it("have set up a replication whose every look is in a table", async () => {
    const seen = {
      primary: "postgres",
      replica: "postgres-replica",
      observedAtSeconds: 9,
      waitedSeconds: 20,
    };
    const markdown = await markdownOf(sampleMissedRun(), (evidence) => ({
      ...evidence,
      replication: [{ ...seen, arrived: false, detail: "it is a primary itself" }],
    }));
    expect(headings(markdown)).toContain("Replication");
    expect(markdown).toMatch(/\| \*\*no\*\* +\| +20\.0 s \| it is a primary itself \|/);
  });
});
