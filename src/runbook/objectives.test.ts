import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { HarnessError } from "../harness-error.ts";
import { readDocumentedDelays } from "./documented-delays.ts";
import { readObjectives } from "./objectives.ts";

const asDocumented = readFileSync(new URL("../../runbooks/as-documented.md", import.meta.url), "utf8");
const lines = asDocumented.split("\n");

describe("the source document", () => {
  test("states all three objectives under headings, each with its line and text", () => {
    const { rtoSeconds, rpoSeconds, availabilityPercent, sources } = readObjectives(asDocumented, "d.md");
    expect({ rtoSeconds, rpoSeconds, availabilityPercent }).toEqual({
      rtoSeconds: 900,
      rpoSeconds: 300,
      availabilityPercent: 99.9,
    });
    expect(sources.rto).toEqual({
      file: "d.md",
      line: lines.indexOf("**Target: < 15 minutes**") + 1,
      text: "Target: < 15 minutes",
    });
    expect(sources.rpo?.line).toBe(lines.indexOf("**Target: < 5 minutes**") + 1);
    expect(sources.availability?.line).toBe(lines.indexOf("**Target: 99.9% uptime**") + 1);
  });

  test("implies the delays of its alerts and of a DNS answer", () => {
    const delays = readDocumentedDelays(asDocumented, "d.md");
    expect(delays.map(({ name, kind, seconds }) => [name, kind, seconds])).toEqual([
      ["ttl", "ttl", 60],
      ["alert DatabaseConnectionFailed", "alert", 300],
      ["alert HighErrorRate", "alert", 300],
      ["ttl", "ttl", 60],
    ]);
    for (const { source } of delays) expect(lines[source.line - 1]?.trim()).toBe(source.text);
  });
});

test.each<[string, number | undefined, number | undefined]>([
  ["RTO < 1 second", 1, undefined],
  ["Promises: RTO < 1 second, RPO < 1 second", 1, 1],
  ["RPO: 5 min", undefined, 300],
  ["The RTO is 15 minutes.", 900, undefined],
  ["Recovery Time Objective (RTO) of 1 h 30 min", 5400, undefined],
  ["- **RTO target**: ≤ 90s (tier one)", 90, undefined],
  ["our recovery point objective must be under 30 seconds", undefined, 30],
  ["RTO/RPO: 15 min / 5 min", 900, 300],
  ["RTO of 10-15 minutes", 900, undefined],
  ["## RTO\n\n< 10 minutes", 600, undefined],
  ["### Recovery Time Objective: 20 minutes", 1200, undefined],
  ["| Objective | Target |\n| - | - |\n| RTO | < 15 minutes |\n| RPO | 1 h |", 900, 3600],
  ["| Tier | RTO | RPO |\n| - | - | - |\n| 1 | 15 min | 5 min |\n| 2 | 4 h | 1 h |", 900, 300],
  ["RTO: 10 min\n\nRTO: 20 min", 600, undefined],
  ["Failover completes within RTO (15 min)", 900, undefined],
  ["Measure RTO/RPO", undefined, undefined],
  ["Actual vs. target RTO/RPO", undefined, undefined],
  ["RTO: Recovery Time Objective", undefined, undefined],
  ["RTO: the time to restore service after a failure", undefined, undefined],
  ["RTO: see the table below", undefined, undefined],
  ["No word of it.", undefined, undefined],
  ["```sh\n# RTO: soon\n```", undefined, undefined],
])("%j states %j and %j seconds", (markdown, rto, rpo) => {
  const { rtoSeconds, rpoSeconds } = readObjectives(markdown, "x.md");
  expect([rtoSeconds, rpoSeconds]).toEqual([rto, rpo]);
});

test.each([
  ["RTO: < soon", 1],
  ["text\n\nRTO: -5 minutes", 3],
  ["RTO: 5", 1],
  ["RPO = 0 s", 1],
  ["RTO:", 1],
  ["RTO: 5 parsecs", 1],
  ["## Recovery Time Objective\n\n**Target: soon**", 3],
  ["| Objective | Target |\n| - | - |\n| RPO | soon |", 3],
  ["## Availability Target\n\nTarget: lots", 3],
  ["Availability: 120%", 1],
])("%j is refused with its line", (markdown, line) => {
  let error: unknown;
  try {
    readObjectives(markdown, "x.md");
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof HarnessError)) throw new Error("expected a HarnessError");
  expect([error.exitStatus, error.code]).toEqual([65, "bad-objective"]);
  expect(error.message).toContain(`x.md:${line}:`);
});

test.each([
  ["TTL=30", 30],
  ["$TTL 120", 120],
  ["The TTL is 5 minutes", 300],
])("%s is a delay of %d seconds", (text, seconds) => {
  expect(readDocumentedDelays(text, "x.md").map((delay) => delay.seconds)).toEqual([seconds]);
});
