import type { Instant } from "../timeline/clock.ts";
import { DialError, failureCode } from "./client-connection.ts";
import type { ClientAnswer, ClientConnection, ClientRequest, Dial } from "./client-connection.ts";
import { classifyFailure } from "./outcome.ts";
import { WaitingAttempts } from "./waiting-attempts.ts";

/** A request on its way through the pool. */
export interface Attempt {
  readonly id: number;
  readonly payload: string;
  /** Called once: who sent it (0: no connection took it), when the attempt began, and what came of it. */
  readonly done: (writer: number, sentAt: Instant, answer: ClientAnswer) => void;
}

export interface ConnectionPoolOptions {
  /** At most so many connections, which is also how many writers there are. */
  readonly size: number;
  /** Number of the first writer; the others follow. */
  readonly firstWriter: number;
  readonly dial: Dial;
  readonly now: () => Instant;
  /** For waiting for a connection, and again for opening one. */
  readonly connectMs: number;
  /** For an answer, from the moment the request is sent. */
  readonly answerMs: number;
}

/** A connection attempt older than this no longer holds back the next one: it is not refused, it hangs. */
const hedgeAfterMs = 20;

/**
 * Least time between two connection attempts after one failed. Short enough for tight bounds on the instant of recovery, long enough
 * that a fast refusal does not take the machine from the server that is coming back.
 */
const redialMs = 4;

interface Slot {
  readonly writer: number;
  connection?: ClientConnection;
  /** Dialling, or waiting for an answer. */
  busy: boolean;
}

/**
 * Connections of one stream. A request that finds no idle connection opens one by itself, so that its failure bounds the outage; but
 * one at a time, because several handshakes at once (scram, fork) delay each other, and the first success marks the end of the outage.
 * A request that can't get a connection within the deadline is `not-sent` (`no-connection`): nothing piles up.
 */
export class ConnectionPool {
  readonly #slots: readonly Slot[];
  readonly #idle: Slot[] = [];
  readonly #waiting: WaitingAttempts<Attempt>;
  readonly #options: ConnectionPoolOptions;
  #dialsUnderWay = 0;
  #lastDialAt = -Infinity;
  #lastDialFailed = false;
  #pumpTimer: NodeJS.Timeout | undefined;
  #closing = false;
  /** By container: a connection that was being opened at that moment is dropped too. */
  readonly #droppedAt = new Map<string | undefined, Instant>();

  constructor(options: ConnectionPoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.size }, (_, index) => ({
      writer: options.firstWriter + index,
      busy: false,
    }));
    this.#waiting = new WaitingAttempts(options.connectMs, options.now, (attempt, since) =>
      attempt.done(0, since, classifyFailure("connecting", "no-connection")),
    );
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Opens every connection, one after the other; those that fail are left for the requests to open. */
  async warmUp(): Promise<void> {
    for (const slot of this.#slots) {
      slot.busy = true;
      try {
        await this.#dial(slot);
      } catch {
        // The first request will find out, and the ledger will have it.
      }
      this.#release(slot);
    }
  }

  submit(attempt: Attempt): void {
    this.#waiting.push(attempt);
    this.#pump();
  }

  /** Ends the connections that a container's environment led to; with undefined all of them. */
  dropConnections(containerId: string | undefined): void {
    this.#droppedAt.set(containerId, this.#options.now());
    for (const { connection } of this.#slots) {
      if (containerId === undefined || connection?.containerId === containerId) connection?.destroy();
    }
  }

  /** Ends every connection. Call it when nothing is under way any more. */
  close(): void {
    this.#closing = true;
    clearTimeout(this.#pumpTimer);
    this.#waiting.close();
    this.dropConnections(undefined);
  }

  /** Gives waiting requests to idle connections, and lets the next one open a connection where that is due. */
  #pump(): void {
    while (this.#waiting.length > 0) {
      const idle = this.#takeIdle();
      if (idle === undefined) break;
      const attempt = this.#waiting.shift();
      if (attempt !== undefined) this.#exchange(idle.slot, idle.connection, attempt, this.#options.now());
    }
    if (this.#waiting.length > 0) this.#dialForNext();
  }

  #takeIdle(): { slot: Slot; connection: ClientConnection } | undefined {
    for (;;) {
      const slot = this.#idle.shift();
      if (slot === undefined) return undefined;
      const { connection } = slot;
      if (connection === undefined || slot.busy) continue;
      if (!connection.closed) {
        slot.busy = true;
        return { slot, connection };
      }
    }
  }

  #dialForNext(): void {
    const slot = this.#slots.find((candidate) => !candidate.busy && candidate.connection === undefined);
    if (slot === undefined || this.#closing) return;
    const pauseMs = this.#dialsUnderWay > 0 ? hedgeAfterMs : this.#lastDialFailed ? redialMs : 0;
    const waitMs = this.#lastDialAt + pauseMs - this.#options.now();
    if (waitMs > 0) {
      this.#pumpTimer ??= setTimeout(() => {
        this.#pumpTimer = undefined;
        this.#pump();
      }, waitMs);
      return;
    }
    const attempt = this.#waiting.shift();
    if (attempt !== undefined) void this.#dialAndSend(slot, attempt);
  }

  async #dialAndSend(slot: Slot, attempt: Attempt): Promise<void> {
    const sentAt = this.#options.now();
    slot.busy = true;
    let connection: ClientConnection;
    try {
      connection = await this.#dial(slot);
    } catch (error) {
      attempt.done(slot.writer, sentAt, classifyFailure("connecting", failureCode(error)));
      this.#release(slot);
      this.#pump();
      return;
    }
    this.#exchange(slot, connection, attempt, sentAt);
    this.#pump();
  }

  /** Opens the connection of a slot. */
  async #dial(slot: Slot): Promise<ClientConnection> {
    const dialledAt = this.#options.now();
    this.#lastDialAt = dialledAt;
    this.#dialsUnderWay += 1;
    let connection: ClientConnection | undefined;
    try {
      connection = await this.#options.dial(this.#options.connectMs, () => {
        if (slot.connection === connection) delete slot.connection;
      });
      // It may have ended while it was handed over, before anybody listened.
      if (connection.closed || this.#wasDropped(connection.containerId, dialledAt)) {
        connection.destroy();
        throw new DialError("connection-closed");
      }
      slot.connection = connection;
      this.#lastDialFailed = false;
      return connection;
    } catch (error) {
      this.#lastDialFailed = true;
      throw error;
    } finally {
      this.#dialsUnderWay -= 1;
    }
  }

  #wasDropped(containerId: string, since: Instant): boolean {
    return [containerId, undefined].some((key) => (this.#droppedAt.get(key) ?? -Infinity) >= since);
  }

  #exchange(slot: Slot, connection: ClientConnection, attempt: Attempt, sentAt: Instant): void {
    const { now, answerMs } = this.#options;
    const requestedAt = now();
    let answered = false;
    const finish = (answer: ClientAnswer): void => {
      if (answered) return;
      answered = true;
      clearTimeout(deadline);
      // The timer may be late on a busy machine; the rule is not.
      const late = now() - requestedAt > answerMs;
      if (late) connection.destroy();
      attempt.done(slot.writer, sentAt, late ? classifyFailure("sent", "deadline") : answer);
      this.#release(slot);
      this.#pump();
    };
    const deadline = setTimeout(() => {
      // Giving up does not cancel what the server does: nothing else may ever use this connection.
      connection.destroy();
      finish(classifyFailure("sent", "deadline"));
    }, answerMs);
    const request: ClientRequest = { id: attempt.id, writer: slot.writer, payload: attempt.payload };
    connection.send(request, finish);
  }

  #release(slot: Slot): void {
    slot.busy = false;
    if (slot.connection?.closed === true) delete slot.connection;
    if (slot.connection !== undefined) this.#idle.push(slot);
  }
}
