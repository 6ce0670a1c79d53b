import type { DocumentedDelay } from "../timeline/event.ts";
import { parseDurationMs } from "./duration.ts";
import { parseMarkdown } from "./markdown.ts";

/** A delay with what causes it. */
export interface ReadDelay extends DocumentedDelay {
  /** `alert`: it fires only after its `for`; `ttl`: clients keep a DNS answer for that long. */
  readonly kind: "alert" | "ttl";
}

const duration = String.raw`(\d+(?:\.\d+)?\s*[a-z]+|\d+)`;
const alertName = /^\s*(?:-\s*)?alert:\s*["']?([\w.:-]+)/;
const alertFor = new RegExp(String.raw`^\s*(?:-\s*)?for:\s*["']?${duration}`, "i");
// Every space belongs to one place only: a long run of them would else be tried in every way.
const ttl = new RegExp(String.raw`\bTTL\b\s*(?:\([^)]*\)\s*)?(?:(?:[:=]|is|of)\s*)?${duration}`, "i");

/**
 * Delays that a document implies and that a run does not wait out, in the order of its lines: the `for:` of an alert, a DNS TTL.
 * Which of them count for a scenario is its business. A number without a unit is seconds, as in a zone file.
 *
 * @throws HarnessError 65 for binary content or an unterminated fence.
 */
export function readDocumentedDelays(markdown: string, file: string): ReadDelay[] {
  const delays: ReadDelay[] = [];
  let alert = "";
  for (const [index, raw] of parseMarkdown(markdown, file).lines.entries()) {
    alert = alertName.exec(raw)?.[1] ?? alert;
    const waits = alert === "" ? undefined : alertFor.exec(raw)?.[1];
    const lives = ttl.exec(raw)?.[1];
    const written = waits ?? lives;
    if (written === undefined) continue;
    const ms = parseDurationMs(/^\d+$/.test(written) ? `${written} s` : written);
    if (ms === undefined || ms === 0) continue;
    const source = { file, line: index + 1, text: raw.trim() };
    const named =
      waits === undefined
        ? { kind: "ttl" as const, name: "ttl" }
        : { kind: "alert" as const, name: `alert ${alert}` };
    delays.push({ ...named, seconds: ms / 1000, source });
  }
  return delays;
}
