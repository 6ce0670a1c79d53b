import { expect, test } from "vitest";
import type { Wrapping } from "./backup-format.ts";
import { layerFinding } from "./layer-finding.ts";

const limits = { diskBytes: 1000, memoryBytes: 1000, processes: 10, timeMs: 1000, unpackRatio: 250 };

function found(wrapping: Wrapping | undefined, layer: object, ratioLimit = 2000) {
  const whole = { exitStatus: 0, writerStatus: 0, bytes: 10, said: "", ...layer };
  return layerFinding({ file: "a.gz", wrapping, layer: whole, bytes: 10, limits, ratioLimit })?.code;
}

test.each<[string | undefined, Wrapping | undefined, object, number?]>([
  [undefined, "gzip", {}],
  [undefined, undefined, {}],
  ["decompression-bomb", "gzip", { bytes: 501, exitStatus: 141 }, 500],
  ["no-space", "gzip", { bytes: 1001, exitStatus: 141 }],
  ["no-space", "gzip", { exitStatus: 141, writerStatus: 1 }],
  ["cut-short", "gzip", { exitStatus: 1, said: "gzip: stdin: unexpected end of file" }],
  ["cut-short", "zstd", { exitStatus: 1, said: "zstd: /*stdin*\\: Read error (39) : premature end" }],
  ["damaged", "gzip", { exitStatus: 1, said: "gzip: stdin: invalid compressed data--crc error" }],
  ["damaged", "gzip", { exitStatus: 2, said: "gzip: stdin: decompression OK, trailing garbage ignored" }],
  ["not-decryptable", "cms-der", { exitStatus: 4, said: "Error decrypting CMS structure" }],
  ["no-memory", "cms-der", { exitStatus: 137 }],
  ["check-not-run", "gpg", { exitStatus: 127, said: "gpg: command not found" }],
])("%s, of %s and %j", (code, wrapping, layer, ratioLimit) => {
  expect(found(wrapping, layer, ratioLimit)).toBe(code);
});
