import { createCipheriv, createDecipheriv, hash } from "node:crypto";
import { expect, test } from "vitest";
import { openSealed, type SealedRow } from "./open-sealed.ts";

const nonce = Buffer.alloc(12);
const keyOf = (secret: string): Buffer => hash("sha256", secret, "buffer");

function seal(id: string, value: string, secret = "right"): SealedRow {
  const cipher = createCipheriv("aes-256-gcm", keyOf(secret), nonce).setAAD(Buffer.from(id));
  return { id, sealed: Buffer.concat([cipher.update(value), cipher.final(), cipher.getAuthTag()]) };
}

const definition = {
  open: (sealed: Buffer, id: string, secret: string): Buffer => {
    const decipher = createDecipheriv("aes-256-gcm", keyOf(secret), nonce);
    decipher.setAAD(Buffer.from(id)).setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  },
};

const rows = [seal("1", "one"), seal("2", "two"), seal("3", "three")];
const opened = (copy: readonly SealedRow[], key = "right") =>
  openSealed(definition, { rows, key: "right" }, { rows: copy, key });

test("a copy with the same rows and the same key opens all of them", () => {
  expect(opened(rows)).toEqual({ kept: 3, readable: 3 });
});

test("another key opens none, and no key either", () => {
  expect(opened(rows, "wrong")).toEqual({ kept: 3, readable: 0 });
  expect(opened(rows, "")).toEqual({ kept: 3, readable: 0 });
});

test.each<[string, SealedRow]>([
  ["a value that is cut short", { id: "2", sealed: (rows[1]?.sealed ?? Buffer.of()).subarray(0, 10) }],
  ["another value, sealed with the right key", seal("2", "three")],
  ["another user's value", { id: "2", sealed: rows[2]?.sealed ?? Buffer.of() }],
])("%s does not count as readable", (_, changed) => {
  expect(opened(rows.map((row) => (row.id === "2" ? changed : row)))).toEqual({ kept: 3, readable: 2 });
});

test("a row that is missing is not readable, and one that the original can't open is none to keep", () => {
  expect(opened(rows.slice(1))).toEqual({ kept: 3, readable: 2 });
  const original = { rows: [...rows, seal("4", "four", "older")], key: "right" };
  expect(openSealed(definition, original, { rows, key: "right" })).toEqual({ kept: 3, readable: 3 });
});
