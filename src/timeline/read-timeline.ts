import { readFileSync } from "node:fs";
import { HarnessError } from "../harness-error.ts";
import type { TimelineEvent } from "./event.ts";
import { decodeEvent } from "./event-line.ts";

export interface ReadTimeline {
  readonly events: readonly TimelineEvent[];
  /** What there is of a last line that its writer did not finish: it was killed while it wrote. */
  readonly cutLastLine?: string;
}

/**
 * Reads an `events.jsonl`, of a run that was killed too.
 *
 * Throws a {@link HarnessError} with status 65 when the file can't be read, a line before the last is no event, or one is missing.
 */
export function readTimeline(file: string): ReadTimeline {
  const lines = read(file).split("\n");
  const rest = lines.pop() ?? "";
  const events = lines.map((line, index) => {
    const event = decode(line, file, index + 1);
    if (event.seq !== index + 1) {
      throw notATimeline(
        file,
        `event ${String(index + 1)} on line ${String(index + 1)}`,
        `event ${String(event.seq)}, so lines are missing`,
      );
    }
    return event;
  });
  return rest === "" ? { events } : { events, cutLastLine: rest };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw notATimeline(
      file,
      "a readable file",
      cause instanceof Error ? cause.message : String(cause),
      cause,
    );
  }
}

function decode(line: string, file: string, number: number): TimelineEvent {
  try {
    return decodeEvent(line);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw notATimeline(file, `an event on line ${String(number)}`, reason, cause);
  }
}

function notATimeline(file: string, expected: string, found: string, cause?: unknown): HarnessError {
  return new HarnessError(
    `${file} is no timeline of a run: expected ${expected}, found ${found}; name the folder of a run as it was written.`,
    { code: "timeline-unreadable", exitStatus: 65, cause },
  );
}
