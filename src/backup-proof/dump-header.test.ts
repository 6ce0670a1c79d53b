import { expect, test } from "vitest";
import { majorOf, readDumpHeader } from "./dump-header.ts";

const int = (value: number): Buffer => Buffer.from([0, value & 255, (value >> 8) & 255, 0, 0]);
const string = (value: string): Buffer => Buffer.concat([int(value.length), Buffer.from(value)]);

/** As pg_dump 17 writes it, on 2026-11-24 11:31:41. */
function archive(minor: number, compression: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from("PGDMP"),
    Buffer.from([1, minor, 0, 4, 8, 1]),
    compression,
    ...[41, 31, 11, 24, 10, 126, 0].map(int),
    string("shop"),
    string("17.12 (Debian)"),
    string("17.12"),
    int(50),
  ]);
}

test.each([
  ["1.16, with an algorithm", archive(16, Buffer.from([1]))],
  ["1.14, with a level", archive(14, int(6))],
])("the header of a custom dump, format %s", (_, bytes) => {
  expect(readDumpHeader("custom-dump", bytes)).toEqual({
    dumpedFrom: "17.12 (Debian)",
    dumpedBy: "17.12",
    database: "shop",
    madeAt: new Date("2026-11-24T11:31:41Z"),
  });
});

test("that of a tar dump stands in its first file", () => {
  const bytes = Buffer.concat([Buffer.alloc(512), archive(16, Buffer.from([1]))]);
  expect(readDumpHeader("tar-dump", bytes)?.database).toBe("shop");
});

test("a custom dump has no header when it ends within it, wherever that is", () => {
  const whole = archive(16, Buffer.from([1])).subarray(0, -5);
  for (let length = 5; length < whole.length; length += 1) {
    expect(readDumpHeader("custom-dump", whole.subarray(0, length))).toBeUndefined();
  }
});

test("a length that no string has is no header", () => {
  const bytes = archive(16, Buffer.from([1]));
  bytes.fill(0xff, 48, 52);
  expect(readDumpHeader("custom-dump", bytes)).toBeUndefined();
});

const plain = `--
-- PostgreSQL database dump
--

-- Dumped from database version 14.9
-- Dumped by pg_dump version 16.2 (Debian 16.2-1)
`;

test("the header of a plain dump; its time is there only if somebody asked for it", () => {
  const header = { dumpedFrom: "14.9", dumpedBy: "16.2 (Debian 16.2-1)" };
  expect(readDumpHeader("plain-dump", Buffer.from(plain))).toEqual(header);
  const started = Buffer.from(`${plain}\n-- Started on 2026-11-24 02:00:01 UTC\n`);
  expect(readDumpHeader("plain-dump", started)).toEqual({
    ...header,
    madeAt: new Date("2026-11-24T02:00:01Z"),
  });
  expect(readDumpHeader("plain-dump", Buffer.from(plain.slice(0, 60)))).toBeUndefined();
});

test("the server that restores is that of pg_dump, which the dump is written for", () => {
  expect(majorOf({ dumpedFrom: "14.9", dumpedBy: "16.2 (Debian 16.2-1)" })).toBe(16);
});

function tarFile(name: string, content: string): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write(content.length.toString(8).padStart(11, "0"), 124);
  block.write("ustar", 257);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([block, body]);
}

test("a base backup says when it was begun, and of which version it is", () => {
  const label = tarFile(
    "backup_label",
    "BACKUP FROM: primary\nSTART TIME: 2026-11-24 11:57:53 UTC\nLABEL: x\n",
  );
  const bytes = Buffer.concat([
    label,
    tarFile("tablespace_map", ""),
    tarFile("base/", ""),
    tarFile("PG_VERSION", "17\n"),
  ]);
  expect(readDumpHeader("base-backup", bytes)).toEqual({
    dumpedFrom: "17",
    dumpedBy: "17",
    madeAt: new Date("2026-11-24T11:57:53Z"),
  });
  expect(readDumpHeader("base-backup", label)).toBeUndefined();
});

test("an RDB file says when it was written, and by which version", () => {
  const bytes = Buffer.from(
    "REDIS0012\xfa\x09redis-ver\x058.0.2\xfa\x0aredis-bits\xc0\x40\xfa\x05ctime\xc2U\x80\x05k\xfe\x00",
    "latin1",
  );
  const madeAt = new Date(0x6b058055 * 1000);
  expect(readDumpHeader("redis-rdb", bytes)).toEqual({ dumpedFrom: "8.0.2", dumpedBy: "8.0.2", madeAt });
  for (let length = 9; length < bytes.length - 2; length += 1) {
    expect(readDumpHeader("redis-rdb", bytes.subarray(0, length))).toBeUndefined();
  }
});
