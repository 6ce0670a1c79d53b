import type { Evidence } from "../evidence/evidence.ts";
import { formatBytes, formatNumberPerSecond, formatSeconds, formatShare } from "./figures.ts";
import { blocks, codeSpan, escapeText, table } from "./markdown.ts";

/** The worst case beyond what one run measured, and what the outage cost of the month's error budget. */
export function exposureSection(evidence: Evidence): string {
  return blocks("## Exposure", worstCase(evidence), lag(evidence), budget(evidence));
}

function worstCase({ exposure }: Evidence): string {
  if (exposure === null) return "";
  const bound =
    exposure.rpoSeconds === null
      ? exposure.unbounded
        ? "Nothing bounds what a worse moment would have lost."
        : ""
      : `A worse moment could have lost ${formatSeconds(exposure.rpoSeconds)} of writes.`;
  const items =
    exposure.items.length === 0
      ? ""
      : table(
          ["what", "how much", "from"],
          exposure.items.map(({ name, value, source }) => [name, value, source].map(escapeText)),
        );
  return blocks(bound, items);
}

function lag({ baseline }: Evidence): string {
  const replicas = Object.entries(baseline?.lag ?? {});
  if (replicas.length === 0) return "";
  return blocks(
    "Replication before the fault:",
    table(
      ["replica", "behind by", "slope"],
      replicas.map(([replica, { bytes, slopeBytesPerSecond }]) => [
        codeSpan(replica),
        formatBytes(bytes),
        `${formatNumberPerSecond(slopeBytesPerSecond)} bytes/s`,
      ]),
      ["left", "right", "right"],
    ),
  );
}

function budget({ errorBudget, objectives }: Evidence): string {
  if (errorBudget === null) return "";
  const { source } = objectives;
  const line =
    source.availability === null
      ? ""
      : ` (${codeSpan(`${source.availability.file}:${String(source.availability.line)}`)})`;
  return `Error budget: ${String(errorBudget.availabilityPercent)} % of a month of 30 days${line} leaves ${formatSeconds(errorBudget.budgetSecondsPerMonth)} for outages; from fault to service, without documented delays, this one took ${formatSeconds(errorBudget.outageSeconds)}${errorBudget.usedShare === null ? "" : `, ${formatShare(errorBudget.usedShare)} of it`}. One run's uptime is no availability.`;
}
