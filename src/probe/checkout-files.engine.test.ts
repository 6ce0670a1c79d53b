import { createHash, randomBytes } from "node:crypto";
import type Docker from "dockerode";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { connectEngine } from "../engine/engine.ts";
import { execInContainer } from "../engine/exec.ts";
import { resolveImage } from "../engine/images.ts";
import { runLabel } from "../engine/labels.ts";
import { CheckoutFiles } from "./checkout-files.ts";
import { ContainerSession } from "./container-session.ts";

const runId = `c${randomBytes(4).toString("hex").slice(0, 7)}`;
const checkout = "/srv/it's a checkout";
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

let docker: Docker;
let operator: Docker.Container;
/** Writes faster than a process can be started in a container. */
let writer: ContainerSession;
let files: CheckoutFiles;

beforeAll(async () => {
  ({ docker } = await connectEngine());
  operator = await docker.createContainer({
    Image: await resolveImage(docker, "operator"),
    name: `dev-probe-${runId}`,
    Labels: { [runLabel]: runId },
  });
  await operator.start();
  writer = await ContainerSession.open(docker, operator.id, [checkout]);
  await inOperator('mkdir -p "$1"; cd "$1"; printf a > .env; mkdir sub; printf b > "sub/two words"');
});

afterAll(async () => {
  await writer[Symbol.asyncDispose]();
  await operator.remove({ force: true, v: true });
});

beforeEach(() => {
  files = new CheckoutFiles(docker, { containerId: operator.id, checkout });
});

afterEach(async () => {
  await files[Symbol.asyncDispose]();
});

async function inOperator(script: string): Promise<string> {
  const { exitStatus, stdout, stderr } = await writer.ask(`cd "$1" 2>/dev/null; ${script}`, 10_000);
  if (exitStatus !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout;
}

/** Its process ids, this test's own session left out. */
async function shells(): Promise<string[]> {
  const { stdout } = await execInContainer(docker, operator.id, ["pgrep", "-fx", `sh -s -- ${checkout}`]);
  const own = (await inOperator('echo "$PPID $$"')).trim().split(" ");
  return stdout
    .trim()
    .split("\n")
    .filter((pid) => pid !== "" && !own.includes(pid));
}

test("every file has its digest, whatever its name", async () => {
  expect(await files.read()).toEqual({ ".env": sha256("a"), "sub/two words": sha256("b") });
});

test("two changes within one tick of the file system's clock are both seen, though nothing but the content differs", async () => {
  await files.read();
  for (let round = 0; round < 60; round += 1) {
    const content = String(round % 10);
    await inOperator(`printf ${content} > .env; touch -d '2020-01-01' .env`);
    expect((await files.read())[".env"]).toBe(sha256(content));
  }
});

test("a file that rests is not read again, and is once it changes, with its old time and size too", async () => {
  await inOperator("printf before > .env; touch -d '2020-01-01' .env; sleep 2.2");
  expect((await files.read())[".env"]).toBe(sha256("before"));
  await inOperator(
    "rm -f /tmp/read; mv /usr/bin/sha256sum /usr/bin/kept; printf '#!/bin/sh\\necho >> /tmp/read; exec kept \"$@\"\\n' > /usr/bin/sha256sum; chmod +x /usr/bin/sha256sum",
  );
  try {
    expect((await files.read())[".env"]).toBe(sha256("before"));
    expect(await inOperator("ls /tmp/read 2>/dev/null || echo unread")).toBe("unread\n");
    await inOperator("printf after. > .env; touch -d '2020-01-01' .env");
    expect((await files.read())[".env"]).toBe(sha256("after."));
    expect(await inOperator("wc -l < /tmp/read")).toBe("1\n");
  } finally {
    await inOperator("mv /usr/bin/kept /usr/bin/sha256sum");
  }
});

test("a file that was replaced, renamed or removed", async () => {
  await inOperator("printf old > a; printf new > b");
  await files.read();
  await inOperator("mv b a; mv .env c");
  const after = await files.read();
  expect(after).toMatchObject({ a: sha256("new") });
  expect(Object.keys(after).toSorted()).toEqual(["a", "c", "sub/two words"]);
  await inOperator("mv c .env; rm a");
});

test.each(["KILL", "STOP"])(
  "a command that sends %s to the shell that looks changes no answer",
  async (signal) => {
    await files.read();
    const [shell = ""] = await shells();
    await inOperator(`kill -${signal} ${shell}; printf ${signal} > .env`);
    expect((await files.read())[".env"]).toBe(sha256(signal));
    if (signal === "STOP") await inOperator(`kill -KILL ${shell}`);
  },
);

test("programs that are killed while they look change no answer", async () => {
  await inOperator("head -c 50000000 /dev/zero > large; rm -f /tmp/killed");
  const expected = createHash("sha256").update(Buffer.alloc(50_000_000)).digest("hex");
  await inOperator(
    "(until pkill -KILL 'xargs|sha256sum'; do sleep 0.01; done; touch /tmp/killed) >/dev/null 2>&1 &",
  );
  expect((await files.read())["large"]).toBe(expected);
  await inOperator("rm large /tmp/killed");
});

test("a checkout that is gone is an error that says so, and one that is back is read", async () => {
  await files.read();
  await inOperator('cd /; mv "$1" /srv/away');
  await expect(files.read()).rejects.toMatchObject({ code: "checkout-not-readable" });
  await inOperator('cd /; mv /srv/away "$1"');
  expect(Object.keys(await files.read())).toContain(".env");
});

test("disposing leaves no process in the operator", async () => {
  await files.read();
  expect(await shells()).toHaveLength(1);
  await files[Symbol.asyncDispose]();
  expect(await shells()).toEqual([]);
});
