import type { AnsweredBy } from "./ledger-entry.ts";
import type { Classified } from "./outcome.ts";

/** One request as a connection sends it. */
export interface ClientRequest {
  readonly id: number;
  readonly writer: number;
  /** Empty for a read. */
  readonly payload: string;
}

export interface ClientAnswer extends Classified {
  readonly answeredBy?: AnsweredBy;
}

/** One connection of a client to a server, for one request at a time. It never tries anything twice. */
export interface ClientConnection {
  /** The application container whose environment led here. */
  readonly containerId: string;
  readonly closed: boolean;
  /** Hands the request to the network; `done` is called once, with an answer or with what is known without one. */
  send(request: ClientRequest, done: (answer: ClientAnswer) => void): void;
  /** Ends it at once: whatever is under way stays unanswered. */
  destroy(): void;
}

/**
 * Opens a connection, or fails with a `DialError` once the deadline has passed.
 *
 * @param onClosed called once when an established connection has ended, whoever ended it.
 */
export type Dial = (deadlineMs: number, onClosed: () => void) => Promise<ClientConnection>;

/** No connection, so no byte of a request left. */
export class DialError extends Error {
  override readonly name = "DialError";
  /** Errno name, SQLSTATE, Redis error prefix, or `connect-deadline`. */
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** Errno name or protocol code of whatever an attempt to connect failed with. */
export function failureCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return failureCode(error.errors[0]);
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" && code !== "" ? code : "connection-closed";
}
