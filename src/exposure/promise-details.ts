import type { Place, StatedSeconds, StoredAt } from "./backup-promise.ts";
import { lineAt, type DocumentLine } from "./document-line.ts";
import { durationPattern, readDuration } from "./written-duration.ts";

/** The column or label under which a detail of a backup stands. */
export const labels = {
  schedule:
    /^(?:(?:backup\s+)?(?:frequency|schedule|interval|cadence|when|how often|runs?|timing|cron|periodicity))\b/i,
  retention: /^(?:retention|kept|keep|expir\w+|retained)\b|\bretention\b/i,
  granularity: /\b(?:granularity|resolution|precision)\b/i,
  storage: /^(?:storage|location|destination|target|where|stored|kept in|bucket|repository|off-?site)\b/i,
  encryption: /^(?:encryption|cipher)\b|^encrypted(?:\s+(?:with|by|at rest))?\??$/i,
} as const;

/** Whether a detail of a backup stands under it. */
export function isDetail(label: string): boolean {
  return Object.values(labels).some((pattern) => pattern.test(label));
}

const kept = new RegExp(
  String.raw`\b(?:kept|keep(?:ing|s)?|retain(?:ed|s)?|retention|stored for|held|expires?|expired|deleted? after|removed after|older than)\b[^.;\d]{0,24}?(${durationPattern})|(${durationPattern})(?: of)? (?:retention|history)\b`,
  "i",
);
const anyDuration = new RegExp(`(${durationPattern})`, "i");

/** How long a copy is kept. `labelled`: the text stands where only that can stand. */
export function readRetention(text: string, labelled: boolean, source: DocumentLine): StatedSeconds | null {
  const found = (labelled ? anyDuration : kept).exec(text);
  return stated(found?.[1] ?? found?.[2], source);
}

/** How finely a moment can be chosen. */
export function readGranularity(text: string, source: DocumentLine): StatedSeconds | null {
  return stated(anyDuration.exec(text)?.[1], source);
}

function stated(written: string | undefined, source: DocumentLine): StatedSeconds | null {
  const seconds = readDuration(written ?? "");
  return seconds === undefined ? null : { seconds, source: lineAt(source) };
}

const cipher =
  /\bAES(?:[- ]?(?:128|192|256))?(?:[- ](?:GCM|CBC|CTR|OCB))?\b|\bChaCha20(?:-Poly1305)?\b|\b(?:GPG|PGP|SSE-[\w-]+|KMS|LUKS)\b|\bage\b(?=\s+(?:key|recipient|encrypt))/i;

/** With what a copy is encrypted, as written; `none` where the text says so. */
export function readEncryption(
  text: string,
  labelled: boolean,
  source: DocumentLine,
): { algorithm: string; source: DocumentLine } | null {
  const found = cipher.exec(text)?.[0];
  if (found !== undefined) return { algorithm: found, source: lineAt(source) };
  const isNone = labelled
    ? /^(?:none|no|not? encrypted|-|n\/a)\b/i.test(text)
    : /(?<!nothing )(?<!never )(?<!no )\b(?:unencrypted|not encrypted)\b/i.test(text);
  return isNone ? { algorithm: "none", source: lineAt(source) } : null;
}

const places: readonly (readonly [Place, RegExp])[] = [
  [
    "same-host",
    /\b(?:on|to) the (?:same|database|DB|primary|local) (?:server|host|machine|volume|disk)\b|\blocal(?:ly)? (?:on )?(?:disk|storage|folder|directory)\b/i,
  ],
  [
    "object-store",
    /\b(?:s3|gs|az|b2|swift):\/\/[^\s'",)`]+|\b(?:AWS |Amazon )?S3\b(?:[- ]compatible)?|\bAzure Blob(?: Storage)?\b|\bGoogle Cloud Storage\b|\bGCS\b|\bobject stor\w+\b|\bbuckets?\b|\bBackblaze\b|\bGlacier\b|\bMinIO\b|\bWasabi\b/i,
  ],
  ["git", /\bgit(?:hub|lab|ea)?\b(?: repositor(?:y|ies)| repo)?/i],
  [
    "remote",
    /\boff-?site\b|\b(?:NFS|NAS|SFTP|tape)\b|\b[\w-]+@[\w.-]+:\S+|(?<![\w/])[a-z][\w-]*(?:\.[a-z][\w-]*)+:(?!\/\/)\/?[\w./-]+|\b(?:second|other|another|separate|different|dedicated|remote|secondary) (?:\w+ )?(?:host|server|machine|region|data ?cent(?:er|re)|site|provider|account)\b|\bbackup (?:host|server)\b/i,
  ],
  [
    "path",
    /(?<![\w.:/$}*])\/(?!dev\/null|(?:usr\/(?:local\/)?)?s?bin\/|opt\/\S*\.sh)[\w.-]+(?:\/[\w.${}-]+)*/,
  ],
];

/** Every place that a text names for a copy. */
export function readStorage(text: string, source: DocumentLine): StoredAt[] {
  return places.flatMap(([place, pattern]) => {
    const found = pattern.exec(text)?.[0].replace(/[).,;:]+$/, "");
    return found === undefined ? [] : [{ place, text: found, source: lineAt(source) }];
  });
}
