import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { artefactFormat } from "./artefact-format.ts";

const format = (content: Uint8Array | string): string => {
  const bytes = Buffer.from(content);
  return artefactFormat(bytes.subarray(0, 512), bytes.length);
};

test.each([
  ["a gzip'd dump", gzipSync("-- PostgreSQL database dump\n".repeat(50)), "gzip"],
  ["a gzip of nothing, as a dead server's dump leaves it", gzipSync(""), "empty"],
  ["nothing at all", "", "empty"],
  ["a custom dump", "PGDMP\x01\x10\0", "pg-custom"],
  ["a plain dump", "--\n-- PostgreSQL database dump\n--\n\nSET x = 0;\n", "sql"],
  ["a Redis snapshot", "REDIS0012\xfa", "rdb"],
  ["openssl enc", Buffer.concat([Buffer.from("Salted__"), Buffer.alloc(40, 200)]), "salted"],
  ["age", "age-encryption.org/v1\n-> X25519 …", "age"],
  ["a checksum file", `${"ab".repeat(32)}  abtpro.dump\n`, "checksum"],
  ["a manifest", '{"format":1}', "json"],
  ["an environment file", "DATABASE_URL=postgresql://…\n", "text"],
  ["bytes that are nothing known", Buffer.from([0, 1, 2, 3, 200, 7, 9]), "unknown"],
])("%s is told by its first bytes", (_, content, expected) => {
  expect(format(content)).toBe(expected);
});

/** The beginnings of what OpenSSL 3 and GnuPG 2 wrote; nothing in them is secret. */
test.each([
  ["openssl cms -aes-256-gcm", "MIINXgYLKoZIhvcNAQkQAReggg1NMIIN", "cms-authenticated"],
  ["openssl cms -aes-256-gcm -stream", "MIAGCyqGSIb3DQEJEAEXoIAwgAIBADGC", "cms-authenticated"],
  ["openssl cms -aes-256-cbc", "MIINUQYJKoZIhvcNAQcDoIINQjCCDT4C", "cms"],
  ["gpg --symmetric", "jA0ECQMCVA1Zp9+X", "openpgp"],
])("what %s writes is told from the rest, authenticated or not, in DER and in PEM", (_, base64, expected) => {
  const head = Buffer.from(base64, "base64");
  expect(artefactFormat(head, 4_096)).toBe(expected);
  if (expected.startsWith("cms"))
    expect(artefactFormat(Buffer.from(`-----BEGIN CMS-----\n${base64}\n`), 4_096)).toBe(expected);
});

test("a dump that is only called encrypted is what it is", () => {
  const dump = gzipSync("insert".repeat(100));
  expect(artefactFormat(dump.subarray(0, 512), dump.length)).toBe("gzip");
});
