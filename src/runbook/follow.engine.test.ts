import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectEngine } from "../engine/engine.ts";
import { resolveImage } from "../engine/images.ts";
import { runLabel } from "../engine/labels.ts";
import { RunClock } from "../timeline/clock.ts";
import type { NewTimelineEvent } from "../timeline/event.ts";
import type { SystemState } from "../timeline/system-state.ts";
import { followRunbook, type FollowOptions } from "./follow.ts";
import type { StepResult } from "./model.ts";
import { parseRunbook } from "./parse.ts";

const runId = `t${randomBytes(4).toString("hex").slice(0, 7)}`;
const nothing: SystemState = { files: {}, nodes: [], containers: [] };
let docker: Docker;
let operator: Docker.Container;
let server: Docker.Container;

async function startContainer(
  image: string,
  name: string,
  over: Docker.ContainerCreateOptions,
): Promise<Docker.Container> {
  const container = await docker.createContainer({
    Image: await resolveImage(docker, image),
    name: `dev-runbook-${runId}-${name}`,
    Labels: { [runLabel]: runId, "com.docker.compose.service": name },
    ...over,
  });
  await container.start();
  return container;
}

beforeAll(async () => {
  ({ docker } = await connectEngine());
  // The engine's own socket stands in for the fence, which has tests of its own.
  operator = await startContainer("operator", "operator", {
    HostConfig: { Binds: ["/var/run/docker.sock:/var/run/docker.sock"] },
  });
  server = await startContainer("postgres:17", "postgres", { Env: ["POSTGRES_PASSWORD=x"] });
});

afterAll(async () => {
  await Promise.all([operator, server].map((container) => container.remove({ force: true, v: true })));
});

async function follow(script: string, over: Partial<FollowOptions> = {}): Promise<StepResult[]> {
  const runbook = await parseRunbook(
    `# R\n\n${script.includes("```") ? script : `\`\`\`sh\n${script}\n\`\`\``}\n`,
    "r.md",
    "r",
  );
  const { steps } = await followRunbook({
    runbook,
    docker,
    operator: { containerId: operator.id, checkout: "/tmp" },
    runId,
    clock: new RunClock(),
    observeState: () => Promise.resolve(nothing),
    drainExecs: () => [],
    redact: (text) => text.replaceAll("s3cret", "[redacted]"),
    emit: () => undefined,
    ...over,
  });
  return [...steps];
}

const outputs = (steps: readonly StepResult[]): string[] => steps.map(({ output }) => output);
const outcomes = (steps: readonly StepResult[]): string[] => steps.map(({ outcome }) => outcome);
const inServer = (options: string, command: string): string =>
  `docker exec ${options} dev-runbook-${runId}-postgres ${command}`;

describe("one shell for the runbook", () => {
  test("variables, functions, options and the directory carry over, and the text runs as it stands", async () => {
    const steps = await follow(
      [
        "# 1. Set",
        "A='x  y'",
        'f() { echo "f $1 $A"; }',
        "cd /etc",
        "set -o pipefail",
        "# 2. Use",
        `f 'q"u!o$te'`,
        "pwd",
        "false | true",
        'echo "$? ${PIPESTATUS[0]}"',
        "cat <<EOF | tr a-z A-Z",
        "é $A",
        "EOF",
      ].join("\n"),
    );
    expect(outputs(steps)[1]).toBe('f q"u!o$te x  y\n/etc\n1 1\né X  Y');
    expect(steps[1]).toMatchObject({ outcome: "failed", exitStatus: 1 });
  });

  test("a command has the terminal as its input, and nothing of the harness in it", async () => {
    expect(
      outputs(
        await follow("# 1. A\ntest -t 0 && test -t 1 && echo terminal\n# 2. B\nwc -c < /etc/hostname"),
      )[0],
    ).toBe("terminal");
  });

  test("a command of 300,000 bytes arrives whole", async () => {
    const [step] = await follow(`echo '${"0123456789".repeat(30_000)}' | wc -c`);
    expect(step?.output).toBe("300001");
  });

  test("the first status that was not 0 is the step's, and the step goes on", async () => {
    const [step] = await follow("# 1. A\n(exit 3)\n(exit 4)\necho on");
    expect(step).toMatchObject({ exitStatus: 3, outcome: "failed", output: "on" });
  });

  test("a command that ends the shell fails its step, and the next ones get a new shell", async () => {
    const steps = await follow('# 1. A\nX=kept\nset -e\nfalse\necho never\n# 2. B\necho "x=$X"; pwd');
    expect(steps[0]).toMatchObject({ outcome: "failed", exitStatus: 1, output: "" });
    expect(steps[0]?.reason).toContain("ended the shell");
    expect(outputs(steps)[1]).toBe("x=\n/tmp");
  });

  test("a step's cwd is its own", async () => {
    const steps = await follow(
      '```sh {"cwd":"/etc"}\npwd\n```\n\n```sh\npwd\n```\n\n```sh {"cwd":"/nowhere"}\npwd\n```',
    );
    expect(outputs(steps)).toEqual(["/etc", "/tmp", ""]);
    expect(steps[2]?.reason).toContain("/nowhere");
  });

  test("output of a background job stands where it was printed", async () => {
    const steps = await follow("# 1. A\n(sleep 0.3; echo late) &\n# 2. B\nwait");
    expect(outputs(steps)[1]).toContain("late");
  });
});

describe("what is kept", () => {
  test("secrets are taken out, colours too, and long output is cut in the middle", async () => {
    const [step] = await follow("printf '\\033[31ms3cret\\033[0m\\n'\nseq 200000");
    expect(step?.output.startsWith("[redacted]\n1\n2\n")).toBe(true);
    expect(step?.output).toMatch(/characters cut/);
    expect(step?.output.endsWith("200000")).toBe(true);
    expect(step?.output.length).toBeLessThan(100_000);
  });

  test("an error that is printed with exit status 0 fails the step", async () => {
    const [step] = await follow("echo NOAUTH Authentication required.");
    expect(step).toMatchObject({ outcome: "failed", exitStatus: 0 });
    expect(step?.commands[0]?.printedError).toBe("NOAUTH Authentication required.");
  });
});

describe("after a failure", () => {
  test("the runbook goes on, unless the step says stop", async () => {
    const stop = (attributes: string) => `\`\`\`sh ${attributes}\nfalse\n\`\`\`\n\n\`\`\`sh\necho on\n\`\`\``;
    expect(outcomes(await follow(stop("")))).toEqual(["failed", "succeeded"]);
    const events: NewTimelineEvent[] = [];
    const stopped = await follow(stop('{"onFailure":"stop"}'), { emit: (event) => void events.push(event) });
    expect(outcomes(stopped)).toEqual(["failed", "not-run"]);
    expect(events.at(-1)).toEqual({ kind: "runbook-finished", stoppedBy: "1" });
    expect(events.map(({ kind }) => kind)).toEqual([
      "step-started",
      "step-finished",
      "step-finished",
      "runbook-finished",
    ]);
  });

  test("manual and excluded steps are recorded and not run", async () => {
    const steps = await follow(
      "# 1. A\ntrue\n# 2. Call the bank"
        .replace(/^/, "```sh\n")
        .concat('\n```\n\n```sh {"excludeFromRunAll":true}\ntouch /tmp/ran\n```'),
    );
    expect(outcomes(steps)).toEqual(["succeeded", "manual", "not-run"]);
  });

  test("an effect that comes late is waited for, and one that never comes is no-effect", async () => {
    const state = (role: "primary" | "replica"): SystemState => ({
      ...nothing,
      nodes: [{ node: "db", reachable: true, role }],
    });
    let looks = 0;
    const observeState = () => Promise.resolve(state((looks += 1) < 5 ? "replica" : "primary"));
    expect((await follow("# 1. Promote db\ntrue", { observeState }))[0]).toMatchObject({
      outcome: "succeeded",
    });
    const never = await follow("# 1. Promote db\ntrue", {
      observeState: () => Promise.resolve(state("replica")),
    });
    expect(never[0]).toMatchObject({ outcome: "no-effect", reason: "Promote db: db is still a replica" });
  });
});

describe("a step that does not end", () => {
  const limits = { stepLimitMs: 12_000, inputWaitMs: 2000 };

  test("is ended at its limit, with its variables kept where the shell survives", async () => {
    const steps = await follow(
      '```sh {"timeout":"1s"}\nX=kept; sleep 60\n```\n\n```sh {"timeout":"1s"}\nwhile :; do sleep 0.1; done\n```\n\n```sh\necho "x=$X"\n```',
    );
    expect(outcomes(steps)).toEqual(["timed-out", "timed-out", "succeeded"]);
    expect(steps[0]?.commands[1]).toMatchObject({ ended: "timeout", exitStatus: null });
    expect(outputs(steps)[2]).toBe("x=kept");
  });

  test("is ended even when it ignores every signal that can be ignored, and the shell with it", async () => {
    const steps = await follow(
      '```sh {"timeout":"1s"}\ntrap \'\' INT TERM; while :; do sleep 0.1; done\n```\n\n```sh\necho on\n```',
    );
    expect(outcomes(steps)).toEqual(["timed-out", "succeeded"]);
    expect(steps[0]?.reason).toContain("new one");
  });

  test.each([
    ["read x", "read x"],
    ["cat", "cat"],
    ["a password prompt", "ssh-keygen -q -t ed25519 -f /tmp/key-$$"],
    ["a prompt of psql in a container", "EXEC -it psql -U postgres"],
    ["a prompt of another user's psql in a container", "EXEC -it -u postgres psql"],
    ["psql without a terminal in a container", "EXEC -i psql -U postgres"],
    ["a shell in a container", "EXEC -it bash"],
  ])("is ended when it waits for input: %s", async (_, written) => {
    const exec = /^EXEC (.*?) (psql.*|bash)$/.exec(written);
    const command = exec === null ? written : inServer(exec[1] ?? "", exec[2] ?? "");
    const steps = await follow(`# 1. A\n${command}\n# 2. B\necho on`, limits);
    expect(steps[0]).toMatchObject({ outcome: "timed-out", exitStatus: null });
    expect(steps[0]?.commands[0]?.ended).toBe("waited-for-input");
    expect(outputs(steps)[1]).toBe("on");
    const { stdout } = await left(["psql", "bash", "cat"]);
    expect(stdout).toBe("");
  });

  test.each([
    ["a program in a container that reads nothing", "EXEC -it sh -c 'sleep 5; echo done'"],
    ["a query that takes long", "EXEC -it psql -U postgres -c 'select pg_sleep(5)'"],
    ["a pipeline without terminal in a container", "EXEC -i sh -c 'sleep 5 | cat; echo done'"],
    ["a program that is fed late", "(sleep 5; echo 'select 1') | EXEC -i psql -U postgres"],
    ["a program of the operator's own", "sleep 5"],
  ])("is left alone when it only takes its time: %s", async (_, written) => {
    const command = written.replace(/EXEC (-\w+)/, (_match, options: string) => inServer(options, "").trim());
    const [step] = await follow(command, limits);
    expect(step).toMatchObject({ outcome: "succeeded", exitStatus: 0 });
  });

  test("is ended by abort, which rejects with its reason and leaves no process", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("interrupted")), 1000);
    await expect(follow("sleep 4711", { signal: controller.signal })).rejects.toThrow("interrupted");
    const { Processes } = (await operator.top()) as { Processes: string[][] };
    expect(Processes.flat().filter((word) => word.includes("4711"))).toEqual([]);
  });

  /** Programs of these names that still hang in the server's container from outside. */
  async function left(names: readonly string[]): Promise<{ stdout: string }> {
    const { Processes, Titles } = (await server.top()) as { Processes: string[][]; Titles: string[] };
    const column = Titles.indexOf("CMD");
    return {
      stdout: Processes.map((row) => row[column] ?? "")
        .filter((cmd) => names.some((name) => cmd.startsWith(name)))
        .join("\n"),
    };
  }
});
