import { Worker } from "node:worker_threads";
import { HarnessError } from "../harness-error.ts";
import type { Instant } from "../timeline/clock.ts";
import type { StoreKind } from "./ledger-entry.ts";
import type {
  BaseEntry,
  WorkloadCommand,
  WorkloadMessage,
  WorkloadOptions,
  WorkloadStats,
} from "./workload-options.ts";

export interface WorkloadSummary {
  /** Lines of the ledger, base data included. */
  readonly entries: number;
  /** When the last deadline had passed: the ledger speaks up to here. */
  readonly endsAt: Instant;
}

/** Writers and readers that act as the application's clients, and the ledger they keep. Disposing stops them. */
export interface Workload extends AsyncDisposable {
  readonly ledgerFile: string;
  /** Live figures, some 250 ms old at most. */
  stats(): WorkloadStats;
  /** Calls back with every new set of live figures; returns how to end that. */
  onLive(listener: (stats: WorkloadStats) => void): () => void;
  /** Puts data that was there before the run into the ledger. */
  recordBaseData(store: StoreKind, entries: readonly BaseEntry[]): Promise<void>;
  /**
   * Ends the streams, waits until every deadline has passed, and closes the ledger. Calling it again gives the same.
   *
   * @throws HarnessError where the workload or its ledger failed: the run's figures are void.
   */
  stop(): Promise<WorkloadSummary>;
}

/**
 * Starts every stream at its rate, in a thread with an event loop of its own. Connections are opened first, so that the first requests
 * are as punctual as the rest.
 *
 * @throws HarnessError 64 for a stream that the system does not define, 69 where the ledger can't be written.
 */
export async function startWorkload(options: WorkloadOptions): Promise<Workload> {
  const workload = new WorkloadThread(options);
  await workload.started;
  return workload;
}

class WorkloadThread implements Workload {
  readonly ledgerFile: string;
  readonly started: Promise<void>;
  #stats: WorkloadStats = { at: 0, streams: [] };
  #stopping = false;
  readonly #listeners = new Set<(stats: WorkloadStats) => void>();
  readonly #recorded: PromiseWithResolvers<undefined>[] = [];
  readonly #worker: Worker;
  readonly #started = Promise.withResolvers<undefined>();
  readonly #stopped = Promise.withResolvers<WorkloadSummary>();

  constructor(options: WorkloadOptions) {
    this.ledgerFile = options.ledgerFile;
    this.started = this.#started.promise;
    // Whoever calls stop() learns of a failure; nobody may have called it yet.
    this.#stopped.promise.catch(() => undefined);
    this.#worker = new Worker(new URL("./workload-thread.ts", import.meta.url), { workerData: options });
    this.#worker.on("message", (message: WorkloadMessage) => this.#receive(message));
    this.#worker.on("error", (cause) =>
      this.#fail(
        new HarnessError(
          `The workload's thread should run until it is stopped, but died: ${String(cause)}.`,
          {
            code: "workload-died",
            exitStatus: 70,
            cause,
          },
        ),
      ),
    );
    this.#worker.on("exit", (code) =>
      this.#fail(
        new HarnessError(`The workload's thread should report what it did, but ended with ${code}.`, {
          code: "workload-died",
          exitStatus: 70,
        }),
      ),
    );
  }

  stats(): WorkloadStats {
    return this.#stats;
  }

  onLive(listener: (stats: WorkloadStats) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async recordBaseData(store: StoreKind, entries: readonly BaseEntry[]): Promise<void> {
    const recorded = Promise.withResolvers<undefined>();
    this.#recorded.push(recorded);
    this.#post({ kind: "record-base-data", store, entries });
    await recorded.promise;
  }

  async stop(): Promise<WorkloadSummary> {
    if (!this.#stopping) {
      this.#stopping = true;
      this.#post({ kind: "stop" });
    }
    return await this.#stopped.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A failure is for whoever asked for the summary; here the thread has to end, whatever it was.
    await this.stop().catch(() => undefined);
    await this.#worker.terminate();
  }

  #post(command: WorkloadCommand): void {
    this.#worker.postMessage(command);
  }

  #receive(message: WorkloadMessage): void {
    switch (message.kind) {
      case "started":
        this.#started.resolve(undefined);
        return;
      case "base-data-recorded":
        this.#recorded.shift()?.resolve(undefined);
        return;
      case "stats":
        this.#publish(message.stats);
        return;
      case "stopped":
        this.#publish(message.stats);
        this.#stopped.resolve({ entries: message.entries, endsAt: message.endsAt });
        return;
      case "failed":
        this.#fail(new HarnessError(message.message, { code: message.code, exitStatus: message.exitStatus }));
    }
  }

  #publish(stats: WorkloadStats): void {
    this.#stats = stats;
    for (const listener of this.#listeners) listener(stats);
  }

  /** The first failure counts; after a regular end there is none to report. */
  #fail(error: HarnessError): void {
    this.#started.reject(error);
    this.#stopped.reject(error);
    for (const recorded of this.#recorded.splice(0)) recorded.reject(error);
  }
}
