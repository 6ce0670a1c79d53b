import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LedgerEntry, Outcome, StreamDefinition } from "./ledger-entry.ts";
import { openLedger, readLedger } from "./ledger-reader.ts";
import { LedgerWriter } from "./ledger-writer.ts";

const streams: readonly StreamDefinition[] = [
  { name: "first", store: "postgres", via: "direct", operation: "write", ratePerSecond: 10 },
  { name: "zweiter Strom ü", store: "redis", via: "application", operation: "read", ratePerSecond: 5 },
];
const header = { format: "drill-ledger", version: 1, runId: "run", streams } as const;

function entryOf(id: number, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id,
    stream: "first",
    writer: 1,
    payloadHash: "d41d8cd98f00b204e9800998ecf8427e",
    dueAt: id,
    sentAt: id + 0.25,
    answeredAt: id + 0.5,
    outcome: "acknowledged",
    ...more,
  };
}

let folder = "";
let file = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ledger-"));
  file = join(folder, "ledger.tsv");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const never = (error: Error): void => {
  throw error;
};

async function write(entries: readonly LedgerEntry[], endsAt = 1000): Promise<void> {
  const writer = await LedgerWriter.create(file, header, never);
  for (const entry of entries) writer.append(entry);
  await writer.close(endsAt);
}

const microseconds = fc.integer({ min: 0, max: 10_000_000_000 }).map((value) => value / 1000);
const outcomes: Outcome[] = [
  "acknowledged",
  "acknowledged-unreplicated",
  "rejected",
  "not-sent",
  "indeterminate",
];
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "%", "\t", "\n", "#", "é\t%"),
);
const anyEntry: fc.Arbitrary<LedgerEntry> = fc
  .record(
    {
      id: fc.maxSafeInteger(),
      stream: fc.constantFrom("first", "zweiter Strom ü"),
      writer: fc.nat(),
      payloadHash: fc.constantFrom("", "d41d8cd98f00b204e9800998ecf8427e"),
      dueAt: microseconds,
      sentAt: microseconds,
      answeredAt: microseconds,
      outcome: fc.constantFrom(...outcomes),
      answeredBy: fc.record(
        { node: anyText, timeline: fc.nat(), xid: fc.bigInt({ min: 0n, max: 2n ** 64n }).map(String) },
        { requiredKeys: ["node"] },
      ),
      errorCode: fc.string({ unit: "binary", minLength: 1 }),
    },
    { requiredKeys: ["id", "stream", "writer", "payloadHash", "dueAt", "sentAt", "answeredAt", "outcome"] },
  )
  .filter(
    (entry) => entry.answeredBy?.node.isWellFormed() !== false && entry.errorCode?.isWellFormed() !== false,
  );

/** Rounding may change instants by a microsecond; everything else comes back as it was. */
function withoutInstants(entry: LedgerEntry): object {
  return { ...entry, sentAt: 0, answeredAt: 0 };
}

test("what was written is read again, whatever it holds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEntry, { maxLength: 20 }), microseconds, async (entries, endsAt) => {
      await rm(file, { force: true });
      await write(entries, endsAt);
      const ledger = await readLedger(file);
      expect(ledger.header).toEqual(header);
      expect(ledger.complete).toBe(true);
      expect(ledger.entries.map(withoutInstants)).toEqual(entries.map(withoutInstants));
      expect(Math.abs(ledger.endsAt - endsAt)).toBeLessThanOrEqual(0.0011);
    }),
    { numRuns: 60 },
  );
});

test("instants are rounded outwards, so that an interval never gets narrower", async () => {
  await write([entryOf(1, { sentAt: 10.000_9, answeredAt: 20.000_1 })]);
  const [entry] = (await readLedger(file)).entries;
  expect(entry).toMatchObject({ sentAt: 10, answeredAt: 20.001 });
});

test("a large ledger comes in pieces that add up", async () => {
  const entries = Array.from({ length: 20_000 }, (_, index) =>
    entryOf(index + 1, { answeredBy: { node: "one" } }),
  );
  await write(entries);
  expect((await stat(file)).size).toBeGreaterThan(1_000_000);
  const { batches } = await openLedger(file);
  const ids: number[] = [];
  let pieces = 0;
  for (;;) {
    const next = await batches.next();
    if (next.done === true) {
      expect(next.value).toMatchObject({ complete: true, entries: 20_000 });
      break;
    }
    pieces += 1;
    ids.push(...next.value.map((entry) => entry.id));
  }
  expect(pieces).toBeGreaterThan(3);
  expect(ids).toEqual(entries.map((entry) => entry.id));
});

test("a ledger without its trailer is incomplete and ends at its latest answer", async () => {
  await write([entryOf(1), entryOf(3), entryOf(2)]);
  const text = await readFile(file, "latin1");
  await writeFile(file, text.slice(0, text.indexOf("#")));
  expect(await readLedger(file)).toMatchObject({ complete: false, endsAt: 3.5 });
});

test("a cut last line is reported and every line before it is read, wherever it was cut", async () => {
  await write([entryOf(1), entryOf(2), entryOf(3)]);
  const text = await readFile(file, "latin1");
  const lastLine = text.lastIndexOf("3\t0");
  const end = text.indexOf("#");
  for (let cut = lastLine + 1; cut < end; cut += 1) {
    await writeFile(file, text.slice(0, cut));
    const ledger = await readLedger(file);
    expect(ledger.entries.map((entry) => entry.id)).toEqual([1, 2]);
    expect(ledger).toMatchObject({ complete: false, cutLine: text.slice(lastLine, cut) });
  }
});

test("an entry that disappeared from the middle makes the ledger incomplete", async () => {
  await write([entryOf(1), entryOf(2), entryOf(3)]);
  const lines = (await readFile(file, "latin1")).split("\n");
  await writeFile(file, lines.filter((line) => !line.startsWith("2\t")).join("\n"));
  expect((await readLedger(file)).complete).toBe(false);
});

test.each([
  ["a damaged line", (text: string) => text.replace("\n2\t", "\nx\t"), /line 3 is no entry/],
  ["a missing column", (text: string) => text.replace("\n2\t0\t", "\n2\t"), /line 3 is no entry/],
  ["a stream that the header does not have", (text: string) => text.replace("\n2\t0", "\n2\t7"), /line 3/],
  ["an unknown outcome", (text: string) => text.replaceAll("\tA\t", "\tZ\t"), /line 2/],
  [
    "an entry behind the trailer",
    (text: string) => `${text}${text.split("\n")[1] ?? ""}\n`,
    /behind the trailer/,
  ],
  ["another version", (text: string) => text.replace('"version":1', '"version":2'), /version 2/],
  ["another format", (text: string) => text.replace("drill-ledger", "diary"), /no header/],
  ["no header", () => "\n", /no header/],
  ["nothing", () => "", /no header/],
  ["a damaged trailer", (text: string) => text.replace("#end", "#"), /trailer/],
])("%s is an error of the input", async (_name, damage, message) => {
  await write([entryOf(1), entryOf(2)]);
  await writeFile(file, damage(await readFile(file, "latin1")));
  const reading = readLedger(file);
  await expect(reading).rejects.toMatchObject({ exitStatus: 65 });
  await expect(reading).rejects.toThrow(message);
});

test("a ledger that is not there is an error of the input", async () => {
  await expect(readLedger(join(folder, "none"))).rejects.toMatchObject({ exitStatus: 65 });
});

test("an existing ledger is never written over", async () => {
  await write([entryOf(1)]);
  await expect(LedgerWriter.create(file, header, never)).rejects.toMatchObject({ code: "ledger-unwritable" });
  expect((await readLedger(file)).entries).toHaveLength(1);
});

const writerUrl = JSON.stringify(new URL("./ledger-writer.ts", import.meta.url).href);

test("a ledger that can't be written any more says so at once and again at its end", async () => {
  const script = `
    import { LedgerWriter } from ${writerUrl};
    const failed = Promise.withResolvers();
    const writer = await LedgerWriter.create(${JSON.stringify(file)}, ${JSON.stringify(header)}, failed.resolve);
    for (let id = 1; id < 2000; id += 1) {
      writer.append({ id, stream: "first", writer: 1, payloadHash: "", dueAt: id, sentAt: id, answeredAt: id, outcome: "acknowledged" });
    }
    const atOnce = await failed.promise;
    const atEnd = await writer.close(1).catch((error) => error);
    process.stdout.write(atOnce.code + " " + String(atOnce === atEnd));`;
  // The shell's limit on the size of a file stands in for a full disk.
  const child = spawn("bash", [
    "-c",
    `trap '' XFSZ; ulimit -f 4; exec "$0" "$@"`,
    process.execPath,
    ...evaluate(script),
  ]);
  expect(await outputOf(child)).toBe("ledger-unwritable true");
});

test("kill -9 of the writing process loses no entry that it had handed over", async () => {
  const script = `
    import { LedgerWriter } from ${writerUrl};
    const writer = await LedgerWriter.create(${JSON.stringify(file)}, ${JSON.stringify(header)}, (error) => { throw error; });
    let id = 0;
    setInterval(() => {
      for (let n = 0; n < 50; n += 1) {
        id += 1;
        writer.append({ id, stream: "first", writer: 1, payloadHash: "", dueAt: id, sentAt: id, answeredAt: id, outcome: "acknowledged" });
      }
      // Reported before its batch is due, so that the loss allowed below is the batch's.
      process.stdout.write(id + "\\n");
    }, 1);`;
  const child = spawn(process.execPath, evaluate(script));
  const output = outputOf(child, (text) => {
    if (text.split("\n").length > 100) child.kill("SIGKILL");
  });
  const reported = Number((await output).trim().split("\n").at(-1));
  const ledger = await readLedger(file);
  expect(ledger.complete).toBe(false);
  expect(ledger.entries.map((entry) => entry.id)).toEqual(ledger.entries.map((_, index) => index + 1));
  // Batches of 4 ms at 50 entries a millisecond, and some for a busy machine.
  expect(ledger.entries.length).toBeGreaterThan(reported - 50 * 40);
});

/** Arguments that make Node run this text. */
function evaluate(script: string): string[] {
  return ["--input-type=module", "--eval", script];
}

async function outputOf(
  child: ChildProcessWithoutNullStreams,
  onOutput: (text: string) => void = () => undefined,
): Promise<string> {
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    onOutput(output);
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  await once(child, "close");
  if (errors !== "") throw new Error(errors);
  return output;
}
