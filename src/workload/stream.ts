import { HarnessError } from "../harness-error.ts";
import type { RunClock } from "../timeline/clock.ts";
import { ArrivalSchedule } from "./arrival-schedule.ts";
import type { Dial } from "./client-connection.ts";
import { dialTarget } from "./dial-target.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { connectHttp } from "./http-client.ts";
import type { LedgerEntry, StreamDefinition } from "./ledger-entry.ts";
import { payloadHash, payloadOf } from "./payload.ts";
import { connectPostgres } from "./postgres-client.ts";
import { connectRedis } from "./redis-client.ts";
import type { RunningApplication } from "./running-application.ts";
import { StreamCounters } from "./stream-counters.ts";
import { defaultDeadlines } from "./workload-options.ts";
import type { StreamStats, WorkloadOptions } from "./workload-options.ts";

export interface StreamSurroundings {
  readonly options: WorkloadOptions;
  readonly clock: RunClock;
  readonly application: RunningApplication;
  /** Ids of the run, over all streams. */
  readonly nextId: () => number;
  readonly record: (entry: LedgerEntry) => void;
}

/** As many writers as keep up with the rate when an answer takes 10 ms, and never fewer than two. */
export function writersOf(stream: StreamDefinition): number {
  return Math.min(8, Math.max(2, Math.ceil(stream.ratePerSecond / 100)));
}

/** One kind of request at a constant rate. */
export class Stream {
  #schedule: ArrivalSchedule | undefined;
  #underWay = 0;
  #idle: PromiseWithResolvers<undefined> | undefined;
  readonly #definition: StreamDefinition;
  readonly #surroundings: StreamSurroundings;
  readonly #pool: ConnectionPool;
  readonly #counters: StreamCounters;

  constructor(definition: StreamDefinition, firstWriter: number, surroundings: StreamSurroundings) {
    const { options, clock } = surroundings;
    const deadlines = options.deadlines ?? defaultDeadlines;
    this.#definition = definition;
    this.#surroundings = surroundings;
    this.#counters = new StreamCounters(definition.name);
    this.#pool = new ConnectionPool({
      size: writersOf(definition),
      firstWriter,
      dial: dialOf(definition, surroundings),
      now: () => clock.now(),
      connectMs: deadlines.connectMs,
      answerMs: definition.via === "application" ? deadlines.socketMs : deadlines.statementMs,
    });
  }

  async warmUp(): Promise<void> {
    await this.#pool.warmUp();
  }

  /** From here on requests fall due. */
  start(startAt: number): void {
    this.#schedule = new ArrivalSchedule(startAt, this.#definition.ratePerSecond);
  }

  get nextDueAt(): number {
    return this.#schedule?.nextDueAt ?? Infinity;
  }

  sendDue(now: number): void {
    for (let dueAt = this.#schedule?.take(now); dueAt !== undefined; dueAt = this.#schedule?.take(now)) {
      this.#send(dueAt);
    }
  }

  /** No more requests; returns when those under way are over, which their deadlines bound. */
  async drain(): Promise<void> {
    this.#schedule = undefined;
    if (this.#underWay > 0) {
      this.#idle = Promise.withResolvers<undefined>();
      await this.#idle.promise;
    }
    this.#pool.close();
  }

  dropConnections(containerId: string | undefined): void {
    this.#pool.dropConnections(containerId);
  }

  stats(now: number): StreamStats {
    return this.#counters.stats(now, this.#pool.waiting);
  }

  #send(dueAt: number): void {
    const { options, clock, nextId, record } = this.#surroundings;
    const { name, operation } = this.#definition;
    const id = nextId();
    const payload = operation === "write" ? payloadOf(options.seed, id) : "";
    this.#underWay += 1;
    this.#pool.submit({
      id,
      payload,
      done: (writer, sentAt, answer) => {
        const entry: LedgerEntry = {
          id,
          stream: name,
          writer,
          payloadHash: operation === "write" ? payloadHash(payload) : "",
          dueAt,
          sentAt,
          answeredAt: clock.now(),
          ...answer,
        };
        record(entry);
        this.#counters.count(entry);
        this.#underWay -= 1;
        if (this.#underWay === 0) this.#idle?.resolve(undefined);
      },
    });
  }
}

function dialOf(definition: StreamDefinition, { options, application }: StreamSurroundings): Dial {
  const { runId, stores, http } = options;
  const { operation } = definition;
  if (definition.via === "application") {
    const request = http.requests.find((candidate) => candidate.name === definition.name);
    if (request === undefined) throw undefinedStream(definition, "no request of that name");
    return dialTarget(() => application.serviceTarget(http.service, http.port), connectHttp(runId, request));
  }
  if (definition.store === "postgres") {
    const { postgres } = stores;
    if (postgres === undefined) throw undefinedStream(definition, "no PostgreSQL");
    const { insert, read } = postgres;
    return dialTarget(
      () => application.storeTarget(postgres.url),
      connectPostgres({ runId, operation, insert, read }),
    );
  }
  const { redis } = stores;
  if (redis === undefined) throw undefinedStream(definition, "no Redis");
  const { keyPattern, listPattern } = redis;
  return dialTarget(
    () => application.storeTarget(redis.url),
    connectRedis({ runId, operation, keyPattern, listPattern }),
  );
}

function undefinedStream(definition: StreamDefinition, lack: string): HarnessError {
  return new HarnessError(
    `Stream "${definition.name}" needs a request that the system defines, but there is ${lack}: correct the stream.`,
    { code: "stream-undefined", exitStatus: 64 },
  );
}
