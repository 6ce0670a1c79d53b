import { expect, test } from "vitest";
import { demultiplex } from "./demultiplex.ts";

function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

test("frames of both streams come out in their order, without headers", () => {
  expect(demultiplex(Buffer.concat([frame(1, "erste Zeile é\n"), frame(2, "error\n")]))).toBe(
    "erste Zeile é\nerror\n",
  );
});

test("the log of a container with a terminal has no frames", () => {
  expect(demultiplex(Buffer.from("plain text, longer than a header\n"))).toBe(
    "plain text, longer than a header\n",
  );
});

test("an empty log is empty", () => {
  expect(demultiplex(Buffer.alloc(0))).toBe("");
});
