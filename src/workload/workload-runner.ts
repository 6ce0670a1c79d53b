import { HarnessError } from "../harness-error.ts";
import { RunClock } from "../timeline/clock.ts";
import { watchApplication } from "./application-watch.ts";
import { EngineClient } from "./engine-client.ts";
import type { LedgerEntry, StoreKind } from "./ledger-entry.ts";
import { baseStream, baseStreamName } from "./ledger-format.ts";
import { LedgerWriter } from "./ledger-writer.ts";
import { RunningApplication } from "./running-application.ts";
import { Stream, writersOf } from "./stream.ts";
import { defaultDeadlines } from "./workload-options.ts";
import type { BaseEntry, WorkloadOptions, WorkloadStats } from "./workload-options.ts";

/** Between two looks at what is due when nothing is due sooner. */
const longestPauseMs = 20;

/** The workload itself, inside its thread. */
export class WorkloadRunner {
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;
  readonly #clock: RunClock;
  readonly #ledger: LedgerWriter;
  readonly #streams: readonly Stream[];
  readonly #engine: EngineClient;
  readonly #watch = new AbortController();

  private constructor(options: WorkloadOptions, ledger: LedgerWriter) {
    this.#clock = new RunClock(options.originNs);
    this.#ledger = ledger;
    this.#engine = new EngineClient(options.enginePath);
    const application = new RunningApplication(this.#engine, {
      runId: options.runId,
      project: options.project,
      timeoutMs: (options.deadlines ?? defaultDeadlines).connectMs,
    });
    const record = (entry: LedgerEntry): void => ledger.append(entry);
    const surroundings = {
      options,
      clock: this.#clock,
      application,
      nextId: () => (this.#lastId += 1),
      record,
    };
    let firstWriter = 1;
    this.#streams = options.streams.map((definition) => {
      const stream = new Stream(definition, firstWriter, surroundings);
      firstWriter += writersOf(definition);
      return stream;
    });
    const drop = (containerId: string | undefined): void => {
      for (const stream of this.#streams) stream.dropConnections(containerId);
    };
    const listener = {
      ended(containerId: string) {
        // First, or a connection that is dropped here would be opened again to where it was.
        application.markEnded(containerId);
        drop(containerId);
      },
      started: (containerId: string) => application.markStarted(containerId),
      missed() {
        application.forgetEnded();
        drop(undefined);
      },
    };
    void watchApplication(this.#engine, options.project, listener, this.#watch.signal);
  }

  static async start(
    options: WorkloadOptions,
    onFailure: (error: HarnessError) => void,
  ): Promise<WorkloadRunner> {
    const stores: StoreKind[] = ["postgres", "redis"];
    const ledger = await LedgerWriter.create(
      options.ledgerFile,
      {
        format: "drill-ledger",
        version: 1,
        runId: options.runId,
        streams: [...options.streams, ...stores.map((store) => baseStream(store))],
      },
      onFailure,
    );
    const runner = new WorkloadRunner(options, ledger);
    await Promise.all(runner.#streams.map((stream) => stream.warmUp()));
    runner.#begin(options);
    return runner;
  }

  recordBaseData(store: StoreKind, entries: readonly BaseEntry[]): void {
    const now = this.#clock.now();
    for (const entry of entries) {
      if (!Number.isSafeInteger(entry.id) || entry.id >= 0) {
        throw new HarnessError(`Base data should have negative ids, and got ${entry.id}.`, {
          code: "base-data-id",
          exitStatus: 70,
        });
      }
      this.#ledger.append({
        ...entry,
        stream: baseStreamName(store),
        writer: 0,
        dueAt: now,
        sentAt: now,
        answeredAt: now,
        outcome: "acknowledged",
      });
    }
  }

  stats(): WorkloadStats {
    const at = this.#clock.now();
    return { at, streams: this.#streams.map((stream) => stream.stats(at)) };
  }

  /** Returns when every request is over and the ledger is complete. */
  async stop(): Promise<{ entries: number; endsAt: number }> {
    clearTimeout(this.#timer);
    await Promise.all(this.#streams.map((stream) => stream.drain()));
    this.#watch.abort();
    this.#engine.close();
    const endsAt = this.#clock.now();
    await this.#ledger.close(endsAt);
    return { entries: this.#ledger.entries, endsAt };
  }

  #begin(options: WorkloadOptions): void {
    const startAt = this.#clock.now();
    this.#streams.forEach((stream, index) => {
      // Spread over the interval, so that streams of one rate do not all fall due in the same instant.
      const ratePerSecond = options.streams[index]?.ratePerSecond ?? 1;
      stream.start(startAt + (index / this.#streams.length) * (1000 / ratePerSecond));
    });
    this.#tick();
  }

  #tick(): void {
    const now = this.#clock.now();
    let nextDueAt = now + longestPauseMs;
    for (const stream of this.#streams) {
      stream.sendDue(now);
      nextDueAt = Math.min(nextDueAt, stream.nextDueAt);
    }
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, nextDueAt - this.#clock.now()));
  }
}
