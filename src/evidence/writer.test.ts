import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assembleEvidence, assembleInterrupted } from "./assemble.ts";
import type { Evidence } from "./evidence.ts";
import { prepareOutputDirectory } from "./output-directory.ts";
import { readDrillRecord, readEvidence } from "./reader.ts";
import { sampleMetRun } from "./testing/sample-met.ts";
import { indexFiles, writeEvidence } from "./writer.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "evidence-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const met = assembleEvidence(sampleMetRun().input);

async function fail(promise: Promise<unknown>): Promise<{ exitStatus: number; message: string }> {
  return promise.then(
    () => {
      throw new Error("expected an error");
    },
    (error: unknown) => error as { exitStatus: number; message: string },
  );
}

describe("writeEvidence", () => {
  it("what was written is read again, and the end replaces the beginning", async () => {
    await writeEvidence(folder, assembleInterrupted(sampleMetRun().input));
    expect((await readEvidence(folder)).reasons[0]?.code).toBe("interrupted");
    await writeEvidence(folder, met);
    expect(await readEvidence(folder)).toEqual(met);
    expect(await readdir(folder)).toEqual(["evidence.json"]);
  });

  it("evidence against its own schema is a defect of the harness, and the file before it stays", async () => {
    await writeEvidence(folder, met);
    const wrong = { ...met, measured: { ...met.measured, rtoSeconds: Infinity } };
    expect(await fail(writeEvidence(folder, wrong))).toMatchObject({ exitStatus: 70 });
    expect(await readEvidence(folder)).toEqual(met);
  });

  it("a full disk leaves the evidence before it readable", async () => {
    await writeEvidence(folder, met);
    const program = `
      import { readEvidence } from ${JSON.stringify(new URL("./reader.ts", import.meta.url).href)};
      import { writeEvidence } from ${JSON.stringify(new URL("./writer.ts", import.meta.url).href)};
      const evidence = await readEvidence(process.argv[1]);
      try { await writeEvidence(process.argv[1], { ...evidence, title: "x".repeat(100_000) }); }
      catch (error) { console.log(error.exitStatus); }
    `;
    const limited = `trap '' XFSZ; ulimit -f 32; exec "$0" --input-type=module -e "$1" "$2"`;
    const { stdout } = await promisify(execFile)("bash", ["-c", limited, process.execPath, program, folder]);
    expect(stdout).toBe("69\n");
    expect(await readEvidence(folder)).toEqual(met);
    expect(await readdir(folder)).toEqual(["evidence.json"]);
  }, 30_000);
});

describe("readEvidence", () => {
  it.each<[string, string | undefined]>([
    ["a missing file", undefined],
    ["text that is no JSON", "nonsense"],
    ["JSON of something else", `{"name":"x"}`],
    ["evidence of a newer harness", JSON.stringify({ ...met, schemaVersion: 2 })],
    ["evidence with a field gone", JSON.stringify({ ...met, verdict: undefined })],
    ["a list", "[]"],
  ])("%s is an input error that names the file", async (_what, content) => {
    const file = join(folder, "evidence.json");
    if (content !== undefined) await writeFile(file, content);
    const error = await fail(readEvidence(folder));
    expect(error).toMatchObject({ exitStatus: 65 });
    expect(error.message).toContain(file);
    expect(error.message).not.toContain("\n");
  });

  it("a newer harness is named as the way to read its evidence", async () => {
    await writeFile(join(folder, "evidence.json"), JSON.stringify({ ...met, schemaVersion: 2 }));
    expect((await fail(readEvidence(folder))).message).toContain("newer harness");
  });

  it("a field of a later harness of the same version is no obstacle", async () => {
    const later: Evidence & { later: string } = { ...met, later: "x" };
    await writeFile(join(folder, "evidence.json"), JSON.stringify(later));
    expect((await readEvidence(folder)).runId).toBe(met.runId);
  });

  it("the record of a drill that is missing is an input error", async () => {
    expect(await fail(readDrillRecord(folder))).toMatchObject({ exitStatus: 65 });
  });
});

describe("index of files", () => {
  it("digests what reports are made from, in folders too, and nothing that is made from it", async () => {
    await mkdir(join(folder, "logs"));
    await writeFile(join(folder, "logs", "postgres.log"), "abc");
    await writeFile(join(folder, "events.jsonl"), "");
    await writeFile(join(folder, "report.md"), "made");
    await writeEvidence(folder, met);
    expect(await indexFiles(folder)).toEqual([
      {
        path: "events.jsonl",
        bytes: 0,
        sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      },
      {
        path: "logs/postgres.log",
        bytes: 3,
        sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      },
    ]);
  });
});

describe("output directory", () => {
  const startedAt = new Date("2026-11-24T07:50:11.204Z");

  it("is named after time and name, and two runs of one second have two", async () => {
    const options = { reportsDirectory: join(folder, "reports"), name: "failover", startedAt };
    const first = await prepareOutputDirectory(options);
    expect(first).toBe(join(folder, "reports", "2026-11-24T075011Z-failover"));
    expect(await prepareOutputDirectory(options)).not.toBe(first);
  });

  it("--out may be new or empty", async () => {
    const out = join(folder, "a", "b");
    const options = { out, reportsDirectory: folder, name: "failover", startedAt };
    expect(await prepareOutputDirectory(options)).toBe(out);
    expect(await prepareOutputDirectory(options)).toBe(out);
  });

  it("--out that holds something, or is a file, is bad usage and is left as it was", async () => {
    await writeFile(join(folder, "mine.txt"), "mine");
    const options = { reportsDirectory: folder, name: "failover", startedAt };
    expect(await fail(prepareOutputDirectory({ ...options, out: folder }))).toMatchObject({ exitStatus: 64 });
    const file = join(folder, "mine.txt");
    expect(await fail(prepareOutputDirectory({ ...options, out: file }))).toMatchObject({ exitStatus: 64 });
    expect(await fail(prepareOutputDirectory({ ...options, out: join(file, "x") }))).toMatchObject({
      exitStatus: 64,
    });
    expect(await readFile(file, "utf8")).toBe("mine");
  });

  it("a place where nothing can be made is an environment error", async () => {
    for (const reportsDirectory of ["/proc/none/at/all", "/dev/null/none"]) {
      const options = { reportsDirectory, name: "failover", startedAt };
      expect(await fail(prepareOutputDirectory(options))).toMatchObject({ exitStatus: 69 });
    }
  });
});
