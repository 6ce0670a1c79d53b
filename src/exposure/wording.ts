import type { Mechanism } from "./backup-promise.ts";
import type { DocumentLine } from "./document-line.ts";

/** `24 h`, `5 min`, `1 min 30 s`, `45 s`, `3 days`: as a person says it, exactly. */
export function sayDuration(seconds: number): string {
  const units = [
    ["days", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ] as const;
  let rest = Math.round(seconds * 10) / 10;
  const parts: string[] = [];
  for (const [unit, size] of units) {
    // One day is what people call 24 h.
    if (unit === "days" && rest < 2 * size) continue;
    const count = unit === "s" ? rest : Math.floor(rest / size);
    if (count === 0) continue;
    parts.push(`${String(Math.round(count * 10) / 10)} ${unit}`);
    rest -= count * size;
  }
  return parts.length === 0 ? "0 s" : parts.join(" ");
}

/** `line 56`, `lines 81, 89`. */
export function sayLines(...sources: readonly (DocumentLine | null | undefined)[]): string {
  const known = sources.filter((source) => source !== null && source !== undefined);
  const lines = [...new Set(known.map(({ line }) => line))].sort((a, b) => a - b);
  return `${lines.length === 1 ? "line" : "lines"} ${lines.join(", ")}`;
}

const names: Readonly<Record<Mechanism["kind"], string>> = {
  dump: "dump",
  "base-backup": "base backup",
  backup: "backup",
  "wal-archive": "WAL archive",
  replication: "replication",
};

/** `the dump of Redis (“hourly”, line 12)` */
export function sayMechanism({ kind, store, schedule, source }: Mechanism): string {
  const of = { database: "", redis: " of Redis", configuration: " of the configuration" }[store];
  const article = kind === "replication" ? "" : "the ";
  const when =
    schedule === null || kind === "wal-archive" || kind === "replication" ? "" : `“${schedule.is.text}”, `;
  return `${article}${names[kind]}${of} (${when}${sayLines(schedule?.source ?? source)})`;
}

export function capitalised(sentence: string): string {
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
}

/** Each line once, in the order of the document. */
export function linesOf(...sources: readonly (DocumentLine | null | undefined)[]): DocumentLine[] {
  const byLine = new Map<string, DocumentLine>();
  for (const source of sources) {
    if (source !== null && source !== undefined) byLine.set(`${source.file}:${source.line}`, source);
  }
  return [...byLine.values()].sort((a, b) => a.line - b.line);
}
