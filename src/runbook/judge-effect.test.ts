import { describe, expect, test } from "vitest";
import type { NodeState } from "../timeline/event.ts";
import type { ContainerState, SystemState } from "../timeline/system-state.ts";
import { compareStates } from "./compare-states.ts";
import { effectNames, readTitle } from "./effect.ts";
import { judgeEffect } from "./judge-effect.ts";
import { sampleStep } from "./testing/sample-step.ts";

const node = (name: string, role: "primary" | "replica" | undefined): NodeState =>
  role === undefined
    ? { node: name, reachable: false }
    : { node: name, reachable: true, role, writable: role === "primary" };

const container = (service: string, over: Partial<ContainerState> = {}): ContainerState => ({
  service,
  containerId: `${service}-1`,
  running: true,
  startedAt: "2026-01-01T00:00:00Z",
  environmentSha256: "e1",
  ...over,
});

const state = (over: Partial<SystemState> = {}): SystemState => ({
  files: { ".env": "a", "docker-compose.yml": "c" },
  nodes: [node("postgres", undefined), node("postgres-replica", "replica")],
  containers: [
    container("postgres", { running: false }),
    container("postgres-replica"),
    container("backend"),
  ],
  ...over,
});

const promoted = [node("postgres", undefined), node("postgres-replica", "primary")];
const promote = sampleStep("Promote replica", [
  "docker-compose exec -u postgres postgres-replica pg_ctl promote",
]);

describe("a promotion", () => {
  test("holds when the named node became the primary", () => {
    expect(judgeEffect(promote, state(), state({ nodes: promoted }))).toEqual({
      kind: "held",
      already: false,
    });
  });

  test("is missing while the named node is still a replica, and says so", () => {
    expect(judgeEffect(promote, state(), state())).toEqual({
      kind: "missing",
      unchanged: "postgres is not reachable, postgres-replica is still a replica".replace(
        "postgres is not reachable, ",
        "",
      ),
    });
  });

  test("is missing when another node than the named one was promoted", () => {
    const nodes = [node("other", "replica"), node("postgres-replica", "replica")];
    const after = [node("other", "primary"), node("postgres-replica", "replica")];
    expect(judgeEffect(promote, state({ nodes }), state({ nodes: after })).kind).toBe("missing");
  });

  test("of a node that is the primary already is already", () => {
    const both = state({ nodes: promoted });
    expect(judgeEffect(promote, both, both)).toEqual({ kind: "held", already: true });
  });

  test("is missing when the node calls itself primary and takes no writes", () => {
    const nodes: NodeState[] = [
      { node: "postgres-replica", reachable: true, role: "primary", writable: false },
    ];
    expect(judgeEffect(promote, state(), state({ nodes }))).toEqual({
      kind: "missing",
      unchanged: "postgres-replica does not take writes",
    });
  });

  test("by ssh names nothing here: any node that became the primary will do, and none is already", () => {
    const remote = sampleStep("Promote", ['ssh secondary "docker-compose exec postgres pg_ctl promote"']);
    const alive = state({ nodes: [node("postgres", "primary"), node("postgres-replica", "replica")] });
    expect(judgeEffect(remote, alive, alive).kind).toBe("missing");
    const after = state({ nodes: [node("postgres", "primary"), node("postgres-replica", "primary")] });
    expect(judgeEffect(remote, alive, after)).toEqual({ kind: "held", already: false });
  });
});

describe("a stop", () => {
  const fence = sampleStep("Fence the old primary", [
    "docker-compose stop -t 1 postgres",
    "docker-compose ps postgres-replica",
  ]);

  test("of what was dead before is already", () => {
    expect(judgeEffect(fence, state(), state())).toEqual({ kind: "held", already: true });
  });

  test("of what still runs is missing, whatever else is down", () => {
    const alive = state({
      nodes: [node("postgres", "primary")],
      containers: [container("postgres"), container("backend", { running: false })],
    });
    expect(judgeEffect(fence, alive, alive)).toEqual({ kind: "missing", unchanged: "postgres still runs" });
  });

  test("by the network counts: a node that can't be reached is fenced", () => {
    const alive = state({ nodes: [node("postgres", "primary")], containers: [container("postgres")] });
    const cut = state({ nodes: [node("postgres", undefined)], containers: [container("postgres")] });
    expect(judgeEffect(fence, alive, cut)).toEqual({ kind: "held", already: false });
  });

  test("needs every service that its command names", () => {
    const step = sampleStep("Stop application", ["docker-compose stop backend celery-worker"]);
    const before = state({ containers: [container("backend"), container("celery-worker")] });
    const half = state({
      containers: [container("backend", { running: false }), container("celery-worker")],
    });
    expect(judgeEffect(step, before, half)).toEqual({
      kind: "missing",
      unchanged: "celery-worker still runs",
    });
  });

  test("that names nothing is not excused by a node that was dead before", () => {
    expect(judgeEffect(sampleStep("Stop application", ["./stop.sh"]), state(), state()).kind).toBe("missing");
  });
});

describe("a changed file", () => {
  const update = sampleStep("Update DATABASE_URL in .env", ["DATABASE_URL=x"]);

  test("counts when it is the named one", () => {
    const after = state({ files: { ".env": "b", "docker-compose.yml": "c" } });
    expect(judgeEffect(update, state(), after)).toEqual({ kind: "held", already: false });
  });

  test("does not count when it is another one", () => {
    const after = state({ files: { ".env": "a", "docker-compose.yml": "d" } });
    expect(judgeEffect(update, state(), after)).toEqual({
      kind: "missing",
      unchanged: ".env is unchanged (docker-compose.yml changed)",
    });
  });

  test("is never already", () => {
    expect(judgeEffect(update, state(), state())).toEqual({
      kind: "missing",
      unchanged: ".env is unchanged",
    });
  });
});

describe("containers", () => {
  const restart = sampleStep("Restart backend", ["docker-compose restart backend"]);
  const restarted = state({ containers: [container("backend", { startedAt: "2026-01-01T00:00:09Z" })] });

  test("are restarted when they have a new start time, and never already", () => {
    expect(judgeEffect(restart, state(), restarted)).toEqual({ kind: "held", already: false });
    expect(judgeEffect(restart, state(), state())).toEqual({
      kind: "missing",
      unchanged: "backend was not restarted",
    });
  });

  test("are recreated only by another container: a restart is none", () => {
    const recreate = sampleStep("Recreate backend", ["docker-compose up -d --force-recreate backend"]);
    expect(judgeEffect(recreate, state(), restarted).kind).toBe("missing");
    const after = state({ containers: [container("backend", { containerId: "backend-2" })] });
    expect(judgeEffect(recreate, state(), after)).toEqual({ kind: "held", already: false });
  });

  test("that ran before are started already", () => {
    const start = sampleStep("Start services", ["docker-compose up -d backend"]);
    expect(judgeEffect(start, state(), state())).toEqual({ kind: "held", already: true });
  });
});

test("a restore is judged by digests where there are any, and else not", () => {
  const restore = sampleStep("Restore from backup", ["psql < x"]);
  expect(judgeEffect(restore, state(), state()).kind).toBe("not-judged");
  const [before, after] = [
    state({ dataDigests: { postgres: "1" } }),
    state({ dataDigests: { postgres: "2" } }),
  ];
  expect(judgeEffect(restore, before, before)).toEqual({
    kind: "missing",
    unchanged: "the data is what it was before",
  });
  expect(judgeEffect(restore, before, after)).toEqual({ kind: "held", already: false });
  const intoTest = sampleStep("Restore the dump", ["docker-compose exec -T postgres-test pg_restore -d x"]);
  const withTest = { ...before, containers: [...before.containers, container("postgres-test")] };
  expect(judgeEffect(intoTest, before, withTest).kind).toBe("not-judged");
  const elsewhere = state({ dataDigests: { "postgres-replica": "2" } });
  expect(judgeEffect(restore, before, elsewhere).kind).toBe("not-judged");
});

test("each effect that can be written is judged by a rule of its own", () => {
  for (const effect of effectNames) {
    const step = sampleStep("x", ["x"], { effect });
    expect(judgeEffect(step, state(), state()).kind).toMatch(/^(held|missing|not-judged)$/);
  }
});

test("states are compared in words, and a server that could not be asked has not changed its role", () => {
  const after = state({
    files: { ".env": "b", new: "n" },
    nodes: [node("postgres", "primary"), node("postgres-replica", "primary")],
  });
  expect(
    compareStates(state(), after).map(
      ({ kind, subject, before, after: now }) => `${kind} ${subject}: ${before} -> ${now}`,
    ),
  ).toEqual([
    "file .env: sha256 a -> sha256 b",
    "file docker-compose.yml: sha256 c -> absent",
    "file new: absent -> sha256 n",
    "role postgres-replica: replica -> primary",
  ]);
  expect(compareStates(state(), state())).toEqual([]);
  const moved = state({
    containers: [
      container("postgres", { running: false }),
      container("postgres-replica"),
      container("backend", { environmentSha256: "e2" }),
    ],
  });
  expect(compareStates(state(), moved).map(({ kind, subject }) => [kind, subject])).toEqual([
    ["container", "backend"],
  ]);
});

test.each([
  ["Promote replica to primary", "node:promoted", true],
  ["(added) Fence the old primary", "node:stopped", true],
  ["Stopping the application", "container:stopped", true],
  ["Restart backend services", "container:restarted", true],
  ["Recreate the containers", "container:recreated", true],
  ["Start application services", "container:started", true],
  ["Restore from backup", "data:restored", true],
  ["Update DATABASE_URL in .env", "file:changed", true],
  ["Set the replica's address in redis.conf", "file:changed", true],
  ["Update DNS records", undefined, true],
  ["Check backup before the restore", "none", false],
  ["Verify writes", "none", false],
  ["Point-in-Time Recovery", undefined, false],
  ["Automated Daily Backups", undefined, false],
])("%s means the effect %s (changes: %s)", (title, effect, meansToChange) => {
  const read = readTitle(title);
  expect([read.effect?.name, read.meansToChange]).toEqual([effect, meansToChange]);
});
