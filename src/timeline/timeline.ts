import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { redactDeep } from "../evidence/redact.ts";
import { HarnessError } from "../harness-error.ts";
import type { Instant, RunClock } from "./clock.ts";
import type { NewTimelineEvent, TimelineEvent } from "./event.ts";
import { encodeEvent } from "./event-line.ts";

export interface TimelineOptions {
  readonly clock: RunClock;
  /** `events.jsonl`, which must not exist. */
  readonly file: string;
  /** Applied to every string of an event before it is written, kept or shown. */
  readonly redact: (text: string) => string;
}

/** The append-only record of all events of one run, on its one clock. Each event is in the file when `record` returns. */
export interface Timeline extends Disposable {
  readonly clock: RunClock;
  readonly file: string;
  readonly events: readonly TimelineEvent[];
  /**
   * Adds `seq` and `at`. `at`: when it happened, if that was not just now.
   *
   * Throws a {@link HarnessError} with status 69 for the first event that can't be written; events after it are only kept in
   * memory, so that cleaning up goes on.
   */
  record(event: NewTimelineEvent, at?: Instant): TimelineEvent;
  /** Calls `listener` for each event from now on. Returns how to stop that. */
  subscribe(listener: (event: TimelineEvent) => void): () => void;
  close(): void;
}

/** Events that must survive a power cut too: without them the file says nothing about what happened. */
const flushedAtOnce: ReadonlySet<TimelineEvent["kind"]> = new Set<TimelineEvent["kind"]>([
  "run-started",
  "interrupted",
  "run-ended",
  "step-finished",
  "fault-injected",
  "fault-observed",
  "fault-checked",
  "fault-lifted",
]);

export function createTimeline({ clock, file, redact }: TimelineOptions): Timeline {
  const writer = openWriter(file);
  const events: TimelineEvent[] = [];
  const listeners = new Set<(event: TimelineEvent) => void>();
  return {
    clock,
    file,
    events,
    record(event, at = clock.now()) {
      const recorded: TimelineEvent = { seq: events.length + 1, at, ...redactDeep(event, redact) };
      writer.append(`${encodeEvent(recorded)}\n`, flushedAtOnce.has(recorded.kind));
      events.push(recorded);
      for (const listener of listeners) listener(recorded);
      return recorded;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => writer.close(),
    [Symbol.dispose]: () => writer.close(),
  };
}

interface LineWriter {
  append(line: string, flush: boolean): void;
  close(): void;
}

function openWriter(file: string): LineWriter {
  const descriptor = open(file);
  let length = 0;
  let state: "open" | "failed" | "closed" = "open";
  return {
    append(line, flush) {
      if (state !== "open") return;
      const bytes = Buffer.from(line, "utf8");
      try {
        for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
        if (flush) fsyncSync(descriptor);
        length += bytes.length;
      } catch (error) {
        state = "failed";
        // What was written before stays readable to the last line.
        ftruncateSync(descriptor, length);
        throw cannotWrite(file, error);
      }
    },
    close() {
      if (state === "closed") return;
      state = "closed";
      closeSync(descriptor);
    },
  };
}

function open(file: string): number {
  try {
    // Exclusive: two runs in one file would make one story of both.
    return openSync(file, "ax");
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

function cannotWrite(file: string, cause: unknown): HarnessError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new HarnessError(
    `Expected to write the timeline to ${file}, but ${reason}; make room or name another --out.`,
    {
      code: "timeline-not-writable",
      exitStatus: 69,
      cause,
    },
  );
}
