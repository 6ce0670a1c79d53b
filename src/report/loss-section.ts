import type { Evidence } from "../evidence/evidence.ts";
import { countOf, formatCount, formatSeconds } from "./figures.ts";
import { blocks, codeSpan, escapeText, table } from "./markdown.ts";

/** What was lost: first and last lost write, with the list in a file; and the ledger against each store. */
export function lossSection(evidence: Evidence): string {
  return blocks("## What was lost", losses(evidence), divergence(evidence), reconciliation(evidence));
}

function losses({ losses: stores, measured }: Evidence): string {
  if (stores.length === 0) return "It was not measured.";
  const faultAt = measured.faultAtSeconds;
  return blocks(
    ...stores.map((store) => {
      if (store.total === 0) return `${escapeText(store.store)}: no acknowledged write was lost.`;
      const later = store.total - store.atFailover;
      const list =
        store.file === null ? "" : ` All of them: [${escapeText(store.file)}](${encodeURI(store.file)}).`;
      return blocks(
        `${escapeText(store.store)}: ${countOf(store.atFailover, "acknowledged write")} lost at failover${later > 0 ? `, ${formatCount(later)} destroyed later or without a commit` : ""}.${list}`,
        table(
          ["lost write", "id", "stream", "writer", "acknowledged", "by"],
          [...lostWriteRow("first", store.first, faultAt), ...lostWriteRow("last", store.last, faultAt)],
          ["left", "right", "left", "right", "right"],
        ),
      );
    }),
  );
}

function lostWriteRow(
  name: string,
  write: Evidence["losses"][number]["first"],
  faultAt: number | null,
): string[][] {
  if (write === null) return [];
  return [
    [
      name,
      String(write.id),
      codeSpan(write.stream),
      String(write.writer),
      relativeToFault(write.answeredAtSeconds, faultAt),
      escapeText(write.answeredBy ?? ""),
    ],
  ];
}

/** `0.12 s before the fault` */
function relativeToFault(seconds: number, faultAt: number | null): string {
  if (faultAt === null) return `${formatSeconds(seconds)} into the run`;
  const after = seconds - faultAt;
  return after < 0 ? `${formatSeconds(-after)} before the fault` : `${formatSeconds(after)} after the fault`;
}

function divergence({ measured }: Evidence): string {
  if (measured.divergentWrites === null) return "";
  return measured.divergentWrites === 0
    ? "No write was acknowledged on an abandoned branch after the new primary took writes."
    : `**${countOf(measured.divergentWrites, "write")} acknowledged on an abandoned branch after the new primary took writes: two truths at once.**`;
}

function reconciliation({ reconciliations }: Evidence): string {
  if (reconciliations.length === 0) return "";
  const rows: [string, keyof Evidence["reconciliations"][number]][] = [
    ["acknowledged", "acknowledged"],
    ["found by a full scan", "survivors"],
    ["acknowledged, and gone", "lost"],
    ["rejected", "rejected"],
    ["never sent", "notSent"],
    ["unknown to the client", "indeterminate"],
    ["unknown to the client, and found", "recoveredIndeterminate"],
    ["found though rejected, never sent or never written", "phantoms"],
    ["payload changed", "changedPayloads"],
    ["found more than once", "duplicates"],
    ["gone although a later one is there", "gaps"],
    ["data from before the run, and gone", "baseDataLost"],
  ];
  return blocks(
    "### Ledger against the stores",
    table(
      ["writes", ...reconciliations.map((store) => escapeText(store.store))],
      rows.map(([name, field]) => [
        name,
        ...reconciliations.map((store) => {
          const value = store[field];
          return typeof value === "number" ? formatCount(value) : "";
        }),
      ]),
      ["left", ...reconciliations.map(() => "right" as const)],
    ),
    reconciliations
      .flatMap((store) =>
        store.examples.map((example) => `- ${escapeText(store.store)}: ${escapeText(example)}`),
      )
      .join("\n"),
  );
}
