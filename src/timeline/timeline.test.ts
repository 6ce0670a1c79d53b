import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFile, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRedactor } from "../evidence/redact.ts";
import { HarnessError } from "../harness-error.ts";
import { RunClock } from "./clock.ts";
import { decodeEvent, encodeEvent } from "./event-line.ts";
import type { TimelineEvent } from "./event.ts";
import { readTimeline } from "./read-timeline.ts";
import { createTimeline } from "./timeline.ts";

const imports = `
  import { RunClock } from ${JSON.stringify(new URL("./clock.ts", import.meta.url).href)};
  import { createTimeline } from ${JSON.stringify(new URL("./timeline.ts", import.meta.url).href)};
`;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "timeline-"));
  file = join(folder, "events.jsonl");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function open(redact = createRedactor()) {
  return createTimeline({ clock: new RunClock(), file, redact });
}

describe("timeline", () => {
  it("an event is in the file as soon as it is recorded", () => {
    using timeline = open();
    timeline.record({ kind: "workload-started" });
    expect(readTimeline(file).events).toEqual(timeline.events);
    timeline.record({ kind: "note", text: "second" });
    expect(readTimeline(file).events).toEqual(timeline.events);
    expect(timeline.events.map((event) => event.seq)).toEqual([1, 2]);
  });

  it("an event keeps the instant at which it happened", () => {
    using timeline = open();
    expect(timeline.record({ kind: "observation-ended" }, 12.5).at).toBe(12.5);
    const before = timeline.clock.now();
    expect(timeline.record({ kind: "observation-ended" }).at).toBeGreaterThanOrEqual(before);
  });

  it("a secret reaches neither file nor memory nor listener", () => {
    const seen: TimelineEvent[] = [];
    using timeline = open(createRedactor(["pa55-of-this-run"]));
    timeline.subscribe((event) => seen.push(event));
    timeline.record({ kind: "note", text: "postgresql://abtuser:pa55-of-this-run@postgres:5432" });
    expect(readFileSync(file, "utf8")).not.toContain("pa55");
    expect(JSON.stringify([timeline.events, seen])).not.toContain("pa55");
    expect(seen).toHaveLength(1);
  });

  it("a listener that left hears no more", () => {
    const seen: string[] = [];
    using timeline = open();
    const leave = timeline.subscribe((event) => seen.push(event.kind));
    timeline.record({ kind: "workload-started" });
    leave();
    timeline.record({ kind: "workload-stopped" });
    expect(seen).toEqual(["workload-started"]);
  });

  it("a file that exists is never appended to", () => {
    writeFileSync(file, "");
    expect(() => open()).toThrow(HarnessError);
  });

  it("a regular expression of a step survives the file", () => {
    const event = {
      seq: 1,
      at: 0,
      kind: "step-finished",
      result: { step: { attributes: { expect: { output: /^ok$/im } } } },
    } as unknown as TimelineEvent;
    expect(decodeEvent(encodeEvent(event))).toEqual(event);
  });

  it("a full disk is one error, leaves every earlier line readable, and does not stop the cleaning up", async () => {
    // A limit on the size of files is a full disk that needs no disk: the write that crosses it is cut short, the next fails.
    const program = `
      ${imports}
      const timeline = createTimeline({ clock: new RunClock(), file: ${JSON.stringify(file)}, redact: (text) => text });
      const seen = [];
      for (let count = 0; count < 20; count += 1) {
        try { timeline.record({ kind: "note", text: "x".repeat(1500) }); } catch (error) { seen.push(error.exitStatus); }
      }
      console.log(JSON.stringify({ seen, kept: timeline.events.length }));
    `;
    const limited = `trap '' XFSZ; ulimit -f 8; exec "$0" --input-type=module -e "$1"`;
    const { stdout } = await promisify(execFile)("bash", ["-c", limited, process.execPath, program]);
    expect(JSON.parse(stdout)).toEqual({ seen: [69], kept: 19 });
    expect(readTimeline(file).events).toHaveLength(5);
    expect(readTimeline(file).cutLastLine).toBeUndefined();
  }, 30_000);

  it("after kill -9 every event but a cut last one is read", async () => {
    const program = `
      ${imports}
      const timeline = createTimeline({ clock: new RunClock(), file: ${JSON.stringify(file)}, redact: (text) => text });
      for (;;) { timeline.record({ kind: "note", text: "x".repeat(2000) }); if (timeline.events.length === 500) console.log("go"); }
    `;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
    const { events } = readTimeline(file);
    expect(events.length).toBeGreaterThanOrEqual(500);
    expect(events.at(-1)?.seq).toBe(events.length);
  }, 30_000);
});

describe("readTimeline", () => {
  it("a cut last line is reported and costs no other event", () => {
    open().record({ kind: "workload-started" });
    appendFileSync(file, `{"seq":2,"at":3,"ki`);
    expect(readTimeline(file)).toMatchObject({
      events: [{ kind: "workload-started" }],
      cutLastLine: `{"seq":2,"at":3,"ki`,
    });
  });

  it.each([
    ["a line that is no JSON", `nonsense\n`],
    ["JSON that is no event", `{"a":1}\n`],
    ["a line that was taken out", `{"seq":2,"at":1,"kind":"workload-started"}\n`],
  ])("%s is an input error that names the file", (_what, content) => {
    writeFileSync(file, content);
    expect(() => readTimeline(file)).toThrow(
      expect.objectContaining({ exitStatus: 65, message: expect.stringContaining(file) as string }),
    );
  });

  it("a missing file is an input error", () => {
    expect(() => readTimeline(join(folder, "none.jsonl"))).toThrow(
      expect.objectContaining({ exitStatus: 65 }),
    );
  });
});
