import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { waitUntil } from "../topology/wait-until.ts";
import { fetchIntoFolder } from "./fetched-folder.ts";

const { signal } = new AbortController();
const fetching = (script: string) => (folder: string) => ["sh", "-c", script, "fetch", folder] as const;
const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function isGone(path: string): Promise<void> {
  await waitUntil({ what: "the folder to be gone", deadlineMs: 10_000, signal }, async () =>
    (await exists(path)) ? "it is there" : undefined,
  );
  // What fetches would make it again.
  await pause(300);
  expect(await exists(path)).toBe(false);
}

test("what a program fetched is there until it is disposed of", async () => {
  const folder = await fetchIntoFolder(fetching('echo fetched > "$1/file"; echo why >&2; exit 3'), signal);
  expect(folder).toMatchObject({ exitStatus: 3, errors: "why\n" });
  expect(await readFile(join(folder.path, "file"), "utf8")).toBe("fetched\n");
  await folder[Symbol.asyncDispose]();
  expect(await exists(folder.path)).toBe(false);
});

test("an interruption ends the program and removes what it has fetched so far", async () => {
  const interruption = new AbortController();
  let path = "";
  const going = fetchIntoFolder((folder) => {
    path = folder;
    return fetching('while :; do mkdir -p "$1/part"; sleep 0.05; done')(folder);
  }, interruption.signal);
  await waitUntil({ what: "something to be fetched", deadlineMs: 10_000, signal }, async () =>
    path !== "" && (await exists(join(path, "part"))) ? undefined : "nothing is",
  );
  interruption.abort(new Error("interrupted"));
  await expect(going).rejects.toThrow("interrupted");
  await isGone(path);
});

test.each([
  ["while it fetches", "while :; do mkdir -p $1/part; sleep 0.05; done"],
  ["after it has fetched", "mkdir $1/part"],
])("a process that is killed %s leaves no folder", async (_when, script) => {
  const module = new URL("fetched-folder.ts", import.meta.url).href;
  const program = `import { fetchIntoFolder } from ${JSON.stringify(module)};
    const argv = (folder) => { console.log(folder); return ["sh", "-c", ${JSON.stringify(script)}, "fetch", folder]; };
    await fetchIntoFolder(argv, new AbortController().signal);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: "pipe" });
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  const path = said.toString().trim();
  await waitUntil({ what: "something to be fetched", deadlineMs: 10_000, signal }, async () =>
    (await readdir(path)).length > 0 ? undefined : "nothing is",
  );
  child.kill("SIGKILL");
  await isGone(path);
});
