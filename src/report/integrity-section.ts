import type { Evidence } from "../evidence/evidence.ts";
import { formatSeconds } from "./figures.ts";
import { blocks, codeSpan, escapeText, table } from "./markdown.ts";

/** What the system was afterwards: its data, where the application writes, whether a restart undoes it. */
export function integritySection(evidence: Evidence): string {
  return blocks("## Integrity", checks(evidence), application(evidence), aftershock(evidence));
}

function checks({ integrity }: Evidence): string {
  if (integrity.length === 0) return "Nothing was compared.";
  return table(
    ["check", "holds", "expected", "found"],
    integrity.map((check) => [
      escapeText(check.name),
      check.holds === null ? "unknown" : check.holds ? "yes" : "**no**",
      escapeText(check.expected),
      escapeText(check.found),
    ]),
  );
}

function application({ applicationTargets }: Evidence): string {
  if (applicationTargets.length === 0) return "";
  return blocks(
    "Where the application pointed when the runbook was over:",
    table(
      ["service", "store", "host in its URL", "node that answered", "takes writes"],
      applicationTargets.map((target) => [
        codeSpan(target.service),
        escapeText(target.store),
        codeSpan(target.host),
        target.node === null ? "none" : codeSpan(target.node),
        target.writable ? "yes" : "**no**",
      ]),
    ),
  );
}

function aftershock({ aftershock: shock }: Evidence): string {
  if (shock === null) return "";
  const outcome = shock.durable ? "everything was again as before" : "**not everything was as before**";
  return `Aftershock: ${codeSpan(shock.node)} was restarted, and ${outcome} after ${formatSeconds(shock.seconds)} (${escapeText(shock.detail)}). This is no part of the RTO.`;
}

/** What an independent source says about the same figures. */
export function oracleSection({ oracle }: Evidence): string {
  if (oracle === "none" || oracle.length === 0) {
    return blocks("## Oracle", "None: the ledger and the stores are the only sources of these figures.");
  }
  return blocks(
    "## Oracle",
    table(
      ["store", "source", "agrees with the ledger", "what it says"],
      oracle.map((source) => [
        escapeText(source.store),
        escapeText(source.source),
        source.agrees === null ? "unknown" : source.agrees ? "yes" : "**no**",
        [source.detail, ...Object.entries(source.figures).map(([name, value]) => `${name} ${value}`)]
          .filter((text) => text !== "")
          .map(escapeText)
          .join("; "),
      ]),
    ),
  );
}
