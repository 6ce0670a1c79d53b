import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { eventsOfRun } from "./event-stream.ts";

const event = (run: string, name = "x") => `${JSON.stringify({ Actor: { Attributes: { run, name } } })}\n`;
const passed = (chunks: readonly Buffer[]): Promise<string> =>
  text(Readable.from(chunks).pipe(eventsOfRun(({ run }) => run === "own")));

test("only visible events pass", async () => {
  expect(await passed([Buffer.from(event("own") + event("other") + event("own", "y"))])).toBe(
    event("own") + event("own", "y"),
  );
});

test("an event cut into pieces, even inside a character, passes whole", async () => {
  const bytes = Buffer.from(event("own", "ü"));
  const pieces = [...bytes].map((byte) => Buffer.from([byte]));
  expect(await passed(pieces)).toBe(event("own", "ü"));
});

test("what is no event does not pass", async () => {
  expect(await passed([Buffer.from(`x\n{}\n\n{"Actor":null}\n${event("own").trimEnd()}`)])).toBe(
    event("own"),
  );
});
