import type { TimelineEvent } from "./event.ts";

/** One line of `events.jsonl`, without its line feed. A step's `expect` may hold a regular expression, which JSON has none of. */
export function encodeEvent(event: TimelineEvent): string {
  return JSON.stringify(event, (_key, value: unknown) =>
    value instanceof RegExp ? { regExp: value.source, flags: value.flags } : value,
  );
}

/** The opposite of {@link encodeEvent}; throws a `SyntaxError` for a line that is none. */
export function decodeEvent(line: string): TimelineEvent {
  const event: unknown = JSON.parse(line, (_key, value: unknown) =>
    isEncodedRegExp(value) ? new RegExp(value.regExp, value.flags) : value,
  );
  if (!isEvent(event)) throw new SyntaxError("it has no seq, at and kind");
  return event;
}

function isEncodedRegExp(value: unknown): value is { regExp: string; flags: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "regExp" in value &&
    typeof value.regExp === "string" &&
    "flags" in value &&
    typeof value.flags === "string"
  );
}

function isEvent(value: unknown): value is TimelineEvent {
  return (
    typeof value === "object" &&
    value !== null &&
    "seq" in value &&
    typeof value.seq === "number" &&
    "at" in value &&
    typeof value.at === "number" &&
    "kind" in value &&
    typeof value.kind === "string"
  );
}
