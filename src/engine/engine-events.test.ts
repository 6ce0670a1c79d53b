import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { followEngineEvents, type EngineEvent } from "./engine-events.ts";

async function follow(...chunks: string[]): Promise<EngineEvent[]> {
  const events: EngineEvent[] = [];
  await followEngineEvents(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), (event) =>
    events.push(event),
  );
  return events;
}

test("events are read however the stream is cut", async () => {
  const events = [{ stream: "Step 1/2" }, { status: "Downloading", id: "a", progressDetail: {} }];
  expect(
    await follow('{"stream":"St', 'ep 1/2"}\r\n\n{"status":"Downlo', 'ading","id":"a","progressDetail":{}}'),
  ).toEqual(events);
});

test("a job that failed after the engine had said OK is an error with the engine's words", async () => {
  await expect(
    follow('{"stream":"Step 1/2"}\n', '{"errorDetail":{"code":1},"error":"returned a non-zero code: 1"}\n'),
  ).rejects.toThrow("returned a non-zero code: 1");
});

test("a stream that broke is an error", async () => {
  const broken = new Readable({ read: () => undefined });
  broken.destroy(new Error("socket hang up"));
  await expect(followEngineEvents(broken)).rejects.toThrow("socket hang up");
});
