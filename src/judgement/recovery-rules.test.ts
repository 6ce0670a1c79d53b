import { describe, expect, test } from "vitest";
import {
  changed,
  edits,
  inserted,
  nodeState,
  type Sketch,
} from "../measurement/testing/sketched-timeline.ts";
import { codesOf, judgedRun, messagesOf } from "./testing/judged-run.ts";

describe("damage left", () => {
  const damage = changed("fault-injected", (event) => ({ ...event, damage: true }));

  test("damage that is still there once service is back is missed", () => {
    const judgement = judgedRun({ edit: damage });
    expect(judgement.verdict).toBe("missed");
    expect(messagesOf(judgement, "damage-left")).toEqual([
      "Expected recovery to have undone killNode(postgres), found that container exited with 137.",
    ]);
  });

  test("damage that is gone and that no step undid healed by itself", () => {
    const gone = changed("fault-checked", (event) => ({ ...event, inForce: false }));
    expect(codesOf(judgedRun({ edit: edits(damage, gone) }))).toEqual(["healed-by-itself"]);
  });

  test("a step that changed the data of the server may have undone it while the server ran", () => {
    const gone = changed("fault-checked", (event) => ({ ...event, inForce: false }));
    const data = { kind: "data", subject: "postgres", before: "a", after: "b" } as const;
    const repaired = changed("step-finished", (event) =>
      event.result.step.id === "4" ? { ...event, result: { ...event.result, changes: [data] } } : event,
    );
    expect(codesOf(judgedRun({ edit: edits(damage, gone, repaired) }))).not.toContain("healed-by-itself");
    expect(codesOf(judgedRun({ edit: edits(gone, repaired) }))).toContain("healed-by-itself");
  });
});

describe("recovery stopped early", () => {
  const second = "2026-11-09 01:59:59+00";
  const told = (text: string): ((sketches: readonly Sketch[]) => readonly Sketch[]) =>
    inserted(
      "baseline-established",
      [7_900, { kind: "server-second", second, calledAt: 7_500 }],
      [7_900, { kind: "told-operator", path: "/backups/recovery-target", text }],
    );
  /** Acknowledged writes that were answered in this time are gone. */
  const lost = (from: number, to: number) => ({
    lost: ({ answeredAt }: { readonly answeredAt: number }) => answeredAt >= from && answeredAt < to,
  });

  test("what was acknowledged before the instant is missing", () => {
    const judgement = judgedRun({ edit: told(second), ...lost(7_400, 8_000) });
    expect(judgement.verdict).toBe("missed");
    expect(messagesOf(judgement, "recovery-stopped-early")[0]).toMatch(
      /^Expected recovery to 2026-11-09 01:59:59\+00 to bring back what postgres had acknowledged until then, found \d+ writes gone, write \d+ first\.$/,
    );
  });

  test("what came after it is the price of going back, and no finding", () => {
    expect(judgedRun({ edit: told(second), ...lost(7_500, 8_000) }).verdict).toBe("met");
  });

  test("an operator who was told no instant promised none", () => {
    expect(codesOf(judgedRun({ edit: told("end"), ...lost(7_400, 8_000) }))).toEqual([]);
  });
});

describe("redundancy lost", () => {
  const replica = { node: "postgres-replica", reachable: true, role: "replica", timeline: 2 } as const;
  const streaming = { replication: { streaming: true, synced: true } };
  const found = (...states: readonly Sketch[]): readonly string[] =>
    messagesOf(
      judgedRun({ started: { redundancy: true }, edit: inserted("fault-checked", ...states) }),
      "redundancy-lost",
    );

  test("a replica that streams again is none", () => {
    expect(found(nodeState(23_060, { ...replica, ...streaming }))).toEqual([]);
  });

  test("a replica that is left behind is missed, in words that say how it stands", () => {
    const expected =
      "Expected postgres-replica to stream from the serving node again when the procedure was over";
    expect(
      found(nodeState(23_060, { ...replica, replication: { streaming: false, synced: false } })),
    ).toEqual([`${expected}, found that it does not stream.`]);
    expect(found(nodeState(23_060, { ...replica, role: "primary" }))).toEqual([
      `${expected}, found that it is a primary of its own.`,
    ]);
    expect(found(nodeState(23_060, { node: "postgres-replica", reachable: false }))).toEqual([
      `${expected}, found that it does not answer.`,
    ]);
  });

  test("only the end counts", () => {
    const gone = nodeState(15_000, { node: "postgres-replica", reachable: false });
    expect(found(gone, nodeState(23_060, { ...replica, ...streaming }))).toEqual([]);
  });

  test("a failover leaves one server, and no scenario asks for two", () => {
    expect(codesOf(judgedRun())).toEqual([]);
  });
});
