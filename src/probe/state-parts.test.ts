import { expect, test } from "vitest";
import { countOfScan } from "./count-base-data.ts";
import { failureDetail } from "./failure-detail.ts";
import { parseRedisInfo, redisReplication } from "./redis-info.ts";
import { redisNodeState } from "./redis-state.ts";
import { parseFileStatuses, parseSha256Sums } from "./file-status.ts";
import { environmentSha256 } from "./system-state.ts";

const digest = "a".repeat(64);

test("a file's name may hold blanks and line ends", () => {
  expect(Object.fromEntries(parseSha256Sums(`${digest}  ./.env\0${digest}  ./a b\nc\0`))).toEqual({
    ".env": digest,
    "a b\nc": digest,
  });
  expect(parseFileStatuses("u 1:7:3:1.5:2.5 7 a b\nc\0s 1:8:3:1.5:2.5 8 .env\0")).toEqual([
    { path: "a b\nc", inode: "7", version: "1:7:3:1.5:2.5", settled: false },
    { path: ".env", inode: "8", version: "1:8:3:1.5:2.5", settled: true },
  ]);
});

test("an empty checkout has no files", () => {
  expect(parseFileStatuses("")).toEqual([]);
  expect(parseSha256Sums("").size).toBe(0);
});

test("the order of an environment's variables is no difference, a value is", () => {
  expect(environmentSha256(["A=1", "B=2"])).toBe(environmentSha256(["B=2", "A=1"]));
  expect(environmentSha256(["A=1", "B=2"])).not.toBe(environmentSha256(["A=1", "B=3"]));
});

test("a Redis replica whose first copy is under way is not synced", () => {
  const info = parseRedisInfo("role:slave\r\nmaster_link_status:up\r\nmaster_sync_in_progress:1\r\n");
  expect(redisReplication(info)).toEqual({ streaming: true, synced: false });
});

test("a Redis primary has no replication of its own to tell of", () => {
  const state = redisNodeState(
    "redis",
    parseRedisInfo("# Server\r\nredis_version:8.0.2\r\nrun_id:ab\r\nrole:master\r\n"),
  );
  expect(state).toEqual({
    node: "redis",
    reachable: true,
    role: "primary",
    identity: "ab",
    version: "8.0.2",
  });
});

test("a failure is told in one line, with its code", () => {
  expect(failureDetail(Object.assign(new Error("no\n  such table"), { code: "42P01" }))).toBe(
    "42P01: no such table",
  );
  expect(failureDetail(Object.assign(new Error("connect ECONNREFUSED ::1"), { code: "ECONNREFUSED" }))).toBe(
    "connect ECONNREFUSED ::1",
  );
});

test("a scan that ends in a semicolon can be counted", () => {
  expect(countOfScan("select 1;\n")).toBe("select count(*)::text as count from (select 1) as scanned");
});
