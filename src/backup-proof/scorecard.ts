import { codeSpan, escapeText, table } from "../report/markdown.ts";
import type { BackupProof } from "./backup-proof-schema.ts";

/** What one backup of a fleet came to. */
export interface ScorecardRow {
  readonly name: string;
  readonly exitStatus: number;
  /** `refused`: it was not verified at all. */
  readonly verdict: BackupProof["verdict"] | "refused";
  /** The first reason; empty for a backup that is proven. */
  readonly reason: string;
  readonly restoreSeconds: number | null;
  readonly madeAt: string | null;
}

/** All of a fleet at a glance, worst first. */
export function renderScorecard(rows: readonly ScorecardRow[]): string {
  const proven = rows.filter(({ verdict }) => verdict === "met").length;
  const order: readonly ScorecardRow["verdict"][] = ["missed", "refused", "inconclusive", "met"];
  const sorted = rows.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const lines = sorted.map(({ name, verdict, reason, restoreSeconds, madeAt }) => [
    codeSpan(name),
    verdict === "met" ? "proven" : `**${verdict}**`,
    madeAt ?? "",
    restoreSeconds === null ? "" : `${restoreSeconds.toFixed(1)} s`,
    escapeText(reason),
  ]);
  const header = ["backup", "verdict", "made at", "restored in", "why"];
  return `# Backups: ${proven} of ${rows.length} proven\n\n${table(header, lines)}\n`;
}
