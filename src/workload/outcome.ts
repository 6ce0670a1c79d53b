import type { Outcome } from "./ledger-entry.ts";

/**
 * How far a request had come when something happened to it. `connecting`: not one byte of it had left. `sent`: bytes may have left,
 * so that it may have been applied.
 */
export type RequestPhase = "connecting" | "sent";

/** What is known of a request, and the code that says why it is not plain success. */
export interface Classified {
  readonly outcome: Outcome;
  readonly errorCode?: string;
}

/** Whatever happened before a byte of the request left can't have applied it; afterwards nobody knows. */
export function classifyFailure(phase: RequestPhase, errorCode: string): Classified {
  return { outcome: phase === "connecting" ? "not-sent" : "indeterminate", errorCode };
}

/**
 * SQLSTATE classes by which PostgreSQL says that a statement was not applied: data exception, integrity constraint violation, invalid
 * transaction state (a read-only server among them), syntax error or access rule violation. Any other class is indeterminate: 08
 * and 57 end a connection at any moment, 40003 says in so many words that it does not know.
 */
const rejectedSqlstateClasses: ReadonlySet<string> = new Set(["22", "23", "25", "42"]);

/** An error that PostgreSQL answered with. */
export function classifyPostgresError(phase: RequestPhase, sqlstate: string): Classified {
  if (phase === "sent" && rejectedSqlstateClasses.has(sqlstate.slice(0, 2))) {
    return { outcome: "rejected", errorCode: sqlstate };
  }
  return classifyFailure(phase, sqlstate);
}

/** The parts of a PostgreSQL notice that tell a cancelled wait for a synchronous standby. */
export interface PostgresNotice {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly routine?: string | undefined;
}

/**
 * Success from PostgreSQL, with the notices that came with it. A cancelled wait for a synchronous standby is success with a warning
 * (SQLSTATE 01000): committed here, perhaps nowhere else. The routine's name does not depend on the server's language.
 */
export function classifyPostgresSuccess(notices: readonly PostgresNotice[]): Classified {
  const unreplicated = notices.some(
    (notice) =>
      notice.code === "01000" &&
      (notice.routine === "SyncRepWaitForLSN" ||
        notice.message?.startsWith("canceling wait for synchronous replication") === true),
  );
  return unreplicated
    ? { outcome: "acknowledged-unreplicated", errorCode: "01000" }
    : { outcome: "acknowledged" };
}

/** First words of an error reply by which Redis says that it did not execute a command. */
const rejectedRedisPrefixes: ReadonlySet<string> = new Set([
  "READONLY",
  "NOAUTH",
  "WRONGPASS",
  "NOPERM",
  "LOADING",
  "MASTERDOWN",
  "MISCONF",
  "NOREPLICAS",
  "OOM",
  "BUSY",
  "CLUSTERDOWN",
  "MOVED",
  "ASK",
  "TRYAGAIN",
  "CROSSSLOT",
  "EXECABORT",
]);

/** Error prefix of a Redis reply: its first word. */
export function redisErrorPrefix(message: string): string {
  return /^[A-Z]+/.exec(message)?.[0] ?? "ERR";
}

/** The reply to one command, or the error reply's message. */
export type RedisReply =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: string };

/** A single Redis command that was answered. */
export function classifyRedisReply(reply: RedisReply): Classified {
  if (reply.ok) return { outcome: "acknowledged" };
  const errorCode = redisErrorPrefix(reply.error);
  return { outcome: rejectedRedisPrefixes.has(errorCode) ? "rejected" : "indeterminate", errorCode };
}

/**
 * The replies to MULTI, its commands and EXEC, in this order. An error inside EXEC leaves the unit half applied, and a refused MULTI
 * lets the commands after it run by themselves: both are indeterminate unless every single reply was a refusal.
 */
export function classifyRedisTransaction(replies: readonly RedisReply[]): Classified {
  const exec = replies.at(-1);
  const firstError = replies.find((reply) => !reply.ok);
  if (exec === undefined) return { outcome: "indeterminate", errorCode: "no-reply" };
  if (firstError === undefined) return classifyExecResult(exec.ok ? exec.value : undefined);
  const errorCode = redisErrorPrefix(firstError.error);
  const discarded = !exec.ok && redisErrorPrefix(exec.error) === "EXECABORT";
  const allRefused = replies.every((reply) => classifyRedisReply(reply).outcome === "rejected");
  return { outcome: discarded || allRefused ? "rejected" : "indeterminate", errorCode };
}

function classifyExecResult(result: unknown): Classified {
  if (!Array.isArray(result)) return { outcome: "indeterminate", errorCode: "exec-without-result" };
  const error: unknown = result.find((item) => item instanceof Error);
  return error instanceof Error
    ? { outcome: "indeterminate", errorCode: redisErrorPrefix(error.message) }
    : { outcome: "acknowledged" };
}

/** Client errors after which an application, or a proxy before it, may still have applied the request. */
const undecidedHttpStatuses: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** What an application says of the effect of a request that it answered with an error; `unsaid` where it says nothing. */
export type SaidEffect = "applied" | "not-applied" | "unknown" | "unsaid";

/** Reads `applied` (true, false or null) of a JSON object; any other body says nothing. */
export function readSaidEffect(body: string): SaidEffect {
  switch (appliedOf(body)) {
    case true:
      return "applied";
    case false:
      return "not-applied";
    case null:
      return "unknown";
    default:
      return "unsaid";
  }
}

function appliedOf(body: string): unknown {
  try {
    const document: unknown = JSON.parse(body);
    return typeof document === "object" && document !== null && "applied" in document
      ? document.applied
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A complete HTTP answer. Success is success whatever its body says. Of an error the application knows best: it was not applied
 * if it says so, and a write that it claims to have applied got no success all the same, so nobody may count on it either way.
 */
export function classifyHttpAnswer(status: number, said: SaidEffect = "unsaid"): Classified {
  if (status >= 200 && status < 300) return { outcome: "acknowledged" };
  const errorCode = String(status);
  const isError = status >= 400 && status < 600;
  const refusedByStatus = said === "unsaid" && status < 500 && !undecidedHttpStatuses.has(status);
  const notApplied = said === "not-applied" || refusedByStatus;
  return { outcome: isError && notApplied ? "rejected" : "indeterminate", errorCode };
}
