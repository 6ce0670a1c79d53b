import { describe, expect, test } from "vitest";
import {
  classifyFailure,
  classifyHttpAnswer,
  classifyPostgresError,
  classifyPostgresSuccess,
  classifyRedisReply,
  classifyRedisTransaction,
  readSaidEffect,
} from "./outcome.ts";
import type { Outcome } from "./ledger-entry.ts";
import type { RedisReply } from "./outcome.ts";

const refuse = (error: string): RedisReply => ({ ok: false, error });
const reply = (value: unknown): RedisReply => ({ ok: true, value });

describe("a failure without an answer", () => {
  test.each(["ECONNREFUSED", "ENOTFOUND", "ETIMEDOUT", "connect-deadline"])(
    "%s before a byte of the request left is not-sent",
    (code) => expect(classifyFailure("connecting", code)).toEqual({ outcome: "not-sent", errorCode: code }),
  );
  test.each(["ECONNRESET", "EPIPE", "connection-closed", "deadline"])(
    "%s afterwards is indeterminate",
    (code) => expect(classifyFailure("sent", code)).toEqual({ outcome: "indeterminate", errorCode: code }),
  );
});

describe("an error of PostgreSQL", () => {
  test.each([
    ["22001", "rejected", "string too long"],
    ["22P02", "rejected", "invalid text representation"],
    ["23505", "rejected", "unique violation"],
    ["23503", "rejected", "foreign key violation"],
    ["25006", "rejected", "read-only transaction"],
    ["25P02", "rejected", "failed transaction"],
    ["42501", "rejected", "insufficient privilege"],
    ["42P01", "rejected", "undefined table"],
    ["08006", "indeterminate", "connection failure"],
    ["08P01", "indeterminate", "protocol violation"],
    ["57014", "indeterminate", "query cancelled"],
    ["57P01", "indeterminate", "administrator shut it down"],
    ["57P02", "indeterminate", "crash shutdown"],
    ["57P03", "indeterminate", "cannot connect now"],
    ["40001", "indeterminate", "serialization failure"],
    ["40003", "indeterminate", "statement completion unknown"],
    ["40P01", "indeterminate", "deadlock"],
    ["53100", "indeterminate", "disk full"],
    ["53300", "indeterminate", "too many connections"],
    ["55P03", "indeterminate", "lock not available"],
    ["58030", "indeterminate", "io error"],
    ["XX000", "indeterminate", "internal error"],
    ["XX001", "indeterminate", "data corrupted"],
    ["P0001", "indeterminate", "raise exception"],
    ["99999", "indeterminate", "unknown class"],
    ["", "indeterminate", "no code at all"],
  ])("%s is %s (%s)", (sqlstate, outcome) =>
    expect(classifyPostgresError("sent", sqlstate)).toEqual({ outcome, errorCode: sqlstate }),
  );

  test.each(["28P01", "3D000", "57P03", "53300", "42501"])("%s while connecting is not-sent", (sqlstate) =>
    expect(classifyPostgresError("connecting", sqlstate)).toEqual({
      outcome: "not-sent",
      errorCode: sqlstate,
    }),
  );
});

describe("success of PostgreSQL", () => {
  test("without a notice is acknowledged", () =>
    expect(classifyPostgresSuccess([])).toEqual({ outcome: "acknowledged" }));
  test("with some other warning is acknowledged", () =>
    expect(
      classifyPostgresSuccess([{ code: "01000", message: "there is no transaction in progress" }]),
    ).toEqual({
      outcome: "acknowledged",
    }));
  test("with a cancelled wait for a standby is acknowledged-unreplicated", () =>
    expect(
      classifyPostgresSuccess([
        { code: "01000", message: "canceling wait for synchronous replication due to user request" },
      ]),
    ).toEqual({ outcome: "acknowledged-unreplicated", errorCode: "01000" }));
  test("with that warning in another language is acknowledged-unreplicated too", () =>
    expect(
      classifyPostgresSuccess([{ code: "01000", message: "storniere Warten", routine: "SyncRepWaitForLSN" }])
        .outcome,
    ).toBe("acknowledged-unreplicated"));
});

describe("a reply of Redis", () => {
  test("any value is acknowledged", () =>
    expect(classifyRedisReply(reply(null))).toEqual({ outcome: "acknowledged" }));
  test.each([
    ["READONLY You can't write against a read only replica.", "rejected", "READONLY"],
    ["NOAUTH Authentication required.", "rejected", "NOAUTH"],
    ["WRONGPASS invalid username-password pair", "rejected", "WRONGPASS"],
    ["NOPERM this user has no permissions", "rejected", "NOPERM"],
    ["LOADING Redis is loading the dataset in memory", "rejected", "LOADING"],
    ["MASTERDOWN Link with MASTER is down", "rejected", "MASTERDOWN"],
    ["MISCONF Redis is configured to save RDB snapshots", "rejected", "MISCONF"],
    ["NOREPLICAS Not enough good replicas to write.", "rejected", "NOREPLICAS"],
    ["OOM command not allowed when used memory > 'maxmemory'.", "rejected", "OOM"],
    ["BUSY Redis is busy running a script.", "rejected", "BUSY"],
    ["CLUSTERDOWN The cluster is down", "rejected", "CLUSTERDOWN"],
    ["MOVED 3999 127.0.0.1:6381", "rejected", "MOVED"],
    ["ASK 3999 127.0.0.1:6381", "rejected", "ASK"],
    ["TRYAGAIN Multiple keys request during rehashing of slot", "rejected", "TRYAGAIN"],
    ["CROSSSLOT Keys in request don't hash to the same slot", "rejected", "CROSSSLOT"],
    ["EXECABORT Transaction discarded because of previous errors.", "rejected", "EXECABORT"],
    ["ERR something else", "indeterminate", "ERR"],
    ["UNBLOCKED client unblocked via CLIENT UNBLOCK", "indeterminate", "UNBLOCKED"],
    ["no prefix", "indeterminate", "ERR"],
  ])("%s is %s", (error, outcome, errorCode) =>
    expect(classifyRedisReply(refuse(error))).toEqual({ outcome, errorCode }),
  );
});

describe("a transaction of Redis", () => {
  const queued = [reply("OK"), reply("QUEUED"), reply("QUEUED")];
  test("with a result from EXEC is acknowledged", () =>
    expect(classifyRedisTransaction([...queued, reply(["OK", 1])])).toEqual({ outcome: "acknowledged" }));
  test("discarded by EXEC is rejected, for the first reason given", () =>
    expect(
      classifyRedisTransaction([
        reply("OK"),
        refuse("READONLY You can't write against a read only replica."),
        refuse("READONLY You can't write against a read only replica."),
        refuse("EXECABORT Transaction discarded because of previous errors."),
      ]),
    ).toEqual({ outcome: "rejected", errorCode: "READONLY" }));
  test("refused command by command is rejected", () =>
    expect(
      classifyRedisTransaction(Array.from({ length: 4 }, () => refuse("NOAUTH Authentication required."))),
    ).toEqual({ outcome: "rejected", errorCode: "NOAUTH" }));
  test("whose MULTI alone was refused is indeterminate: its commands ran by themselves", () =>
    expect(
      classifyRedisTransaction([refuse("LOADING x"), reply("OK"), reply(1), refuse("ERR EXEC without MULTI")])
        .outcome,
    ).toBe("indeterminate"));
  test("with an error inside EXEC is indeterminate: the rest of it was applied", () =>
    expect(classifyRedisTransaction([...queued, reply(["OK", new Error("WRONGTYPE not a list")])])).toEqual({
      outcome: "indeterminate",
      errorCode: "WRONGTYPE",
    }));
  test("whose EXEC gave null is indeterminate", () =>
    expect(classifyRedisTransaction([...queued, reply(null)]).outcome).toBe("indeterminate"));
  test("without a reply is indeterminate", () =>
    expect(classifyRedisTransaction([]).outcome).toBe("indeterminate"));
});

describe("an HTTP answer", () => {
  const effects = ["unsaid", "not-applied", "unknown", "applied"] as const;
  const success = [200, 201, 202, 204, 299];
  const refusals = [400, 401, 403, 404, 405, 410, 413, 415, 422, 451, 499];
  const undecided = [408, 409, 425, 429];
  const failures = [500, 501, 502, 503, 504, 599];
  const neither = [0, 101, 301, 302, 307, 600];
  const table = [
    ...success.map((status) => [status, Array(4).fill("acknowledged")] as const),
    ...refusals.map(
      (status) => [status, ["rejected", "rejected", "indeterminate", "indeterminate"]] as const,
    ),
    ...[...undecided, ...failures].map(
      (status) => [status, ["indeterminate", "rejected", "indeterminate", "indeterminate"]] as const,
    ),
    ...neither.map((status) => [status, Array(4).fill("indeterminate")] as const),
  ];
  const lines = table.flatMap(([status, outcomes]) =>
    effects.map((said, column) => ({ status, said, outcome: outcomes[column] as Outcome })),
  );

  test.each(lines)("$status that says $said is $outcome", ({ status, said, outcome }) =>
    expect(classifyHttpAnswer(status, said)).toEqual(
      outcome === "acknowledged" ? { outcome } : { outcome, errorCode: String(status) },
    ),
  );

  test.each([
    ['{"error":"read-only","applied":false}', "not-applied"],
    ['{"applied":true}', "applied"],
    ['{"applied":null}', "unknown"],
    ['{"applied":"false"}', "unsaid"],
    ['{"applied":0}', "unsaid"],
    ['{"error":"read-only"}', "unsaid"],
    ['{"detail":{"applied":false}}', "unsaid"],
    ['[{"applied":false}]', "unsaid"],
    ["null", "unsaid"],
    ["false", "unsaid"],
    ['{"applied":false', "unsaid"],
    ["<h1>503 applied: false</h1>", "unsaid"],
    ["", "unsaid"],
  ])("with the body %s says: %s", (body, said) => expect(readSaidEffect(body)).toBe(said));
});
