/**
 * Things that start at the same time and fail together: the first failure aborts the others, and nothing is over before all of
 * them are. Cleaning up while half of them still create containers would leave those behind.
 */
export class TaskGroup {
  readonly #controller = new AbortController();
  readonly #tasks: Promise<unknown>[] = [];
  readonly #signal: AbortSignal;

  /** `outer`: ends the group from outside, for instance on Ctrl-C. */
  constructor(outer?: AbortSignal) {
    this.#signal =
      outer === undefined ? this.#controller.signal : AbortSignal.any([this.#controller.signal, outer]);
  }

  get signal(): AbortSignal {
    return this.#signal;
  }

  /** Starts a task; others may await what it gives. */
  start<T>(task: () => Promise<T>): Promise<T> {
    const running = this.#run(task);
    // Its failure is thrown by `finished`, also where nobody awaits the task itself.
    running.catch((error: unknown) => this.#controller.abort(error));
    this.#tasks.push(running);
    return running;
  }

  /** Makes the group fail with a reason from outside its tasks; a group that failed already keeps its first reason. */
  fail(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** Ends the group with a reason from outside its tasks, and waits until all of them are over. */
  async abandon(reason: unknown): Promise<void> {
    this.fail(reason);
    await Promise.allSettled(this.#tasks);
  }

  /** Waits for every task, then throws the first failure, if there was one. */
  async finished(): Promise<void> {
    await Promise.allSettled(this.#tasks);
    this.#signal.throwIfAborted();
  }

  async #run<T>(task: () => Promise<T>): Promise<T> {
    this.#signal.throwIfAborted();
    return task();
  }
}
