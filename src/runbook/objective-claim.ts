import { parseDurationMs } from "./duration.ts";

export type ObjectiveName = "rto" | "rpo" | "availability";

/** A value that a document gives for an objective: seconds or percent, or what stands where the value should be. */
export type Claim =
  | { readonly kind: "value"; readonly value: number }
  | { readonly kind: "malformed"; readonly found: string; readonly why: string };

const names: Readonly<Record<ObjectiveName, RegExp>> = {
  rto: /\bRTO\b|\brecovery[ -]time[ -]objective\b/gi,
  rpo: /\bRPO\b|\brecovery[ -]point[ -]objective\b/gi,
  availability: /\bavailability\b/gi,
};

/** The objectives that a text names. */
export function objectivesNamed(text: string): ObjectiveName[] {
  return (["rto", "rpo", "availability"] as const).filter((name) =>
    new RegExp(names[name].source, "i").test(text),
  );
}

const comparator = /^(?:<=?|>=?|[≤≥=~])/;
const bound = String.raw`(?:less than|under|below|within|at most|no more than|up to|at least|max(?:imum)?(?: of)?)`;
/** What may stand between a name and its value: `(RTO)`, `target`, `is`, `of`, `:`. */
const link = new RegExp(
  String.raw`^(?:\s*\([^)]*\))?(?:\s+(?:target|objective|goal|requirement))?(?<sign>\s*[:=]|\s*(?=[<>≤≥]))?(?<word>\s*\b(?:is|of|must be|should be|shall be|will be|at)\b)?\s*(?<bound>${bound}\b)?\s*`,
  "i",
);

/**
 * What a line says of an objective that it names: `RTO: 5 min`, `RPO < 1 second`, `Recovery Time Objective of 15 minutes`.
 * Undefined where it only mentions it (`Measure RTO/RPO`).
 */
export function inlineClaim(text: string, name: ObjectiveName): Claim | undefined {
  const pair = pairedClaim(text, name);
  if (pair !== undefined) return pair === "mention" ? undefined : pair;
  let malformed: Claim | undefined;
  for (const match of text.matchAll(names[name])) {
    const claim = claimAfter(text.slice(match.index + match[0].length), name);
    if (claim?.kind === "value") return claim;
    malformed ??= claim;
  }
  return malformed;
}

const together = /\b(RTO|RPO)\s*(?:\/|and|&)\s*(RTO|RPO)\b\s*(?:targets?|objectives?)?\s*(?:[:=]\s*(.*))?$/i;

/** `RTO/RPO: 15 min / 5 min`: values in the order of the names. Two names without two values are only mentioned. */
function pairedClaim(text: string, name: ObjectiveName): Claim | "mention" | undefined {
  const [, first = "", second = "", written = ""] = together.exec(text) ?? [];
  if (first === "" || name === "availability") return undefined;
  const values = written.split("/");
  const index = first.toLowerCase() === name ? 0 : second.toLowerCase() === name ? 1 : -1;
  const value = values[index];
  return values.length === 2 && value !== undefined ? readValue(value, name) : "mention";
}

function claimAfter(rest: string, name: ObjectiveName): Claim | undefined {
  const groups = link.exec(rest)?.groups;
  const [matched = ""] = link.exec(rest) ?? [];
  const written = rest.slice(matched.length).trim();
  const hasSign = groups?.["sign"] !== undefined;
  const inParentheses = /^\s*\(([^)]*)\)/.exec(rest)?.[1];
  if (!hasSign && groups?.["word"] === undefined && groups?.["bound"] === undefined) {
    // `within RTO (15 min)`
    const claim = inParentheses === undefined ? undefined : readValue(inParentheses, name);
    return claim?.kind === "value" ? claim : undefined;
  }
  const claim = readValue(written, name);
  if (claim.kind === "value") return claim;
  return hasSign && looksLikeValue(written, name) ? claim : undefined;
}

/** A colon also introduces explanations; only what is short or starts like a value was meant as one. */
function looksLikeValue(written: string, name: ObjectiveName): boolean {
  if (objectivesNamed(written).length > 0 || /^see\b/i.test(written)) return false;
  if (name === "availability") return comparator.test(written) || written.includes("%");
  return (
    written === "" ||
    comparator.test(written) ||
    /^[-–+]?\d/.test(written) ||
    written.split(/\s+/).length <= 3
  );
}

/** The value at the start of a text, with an optional comparator before it and an explanation after it. */
export function readValue(written: string, name: ObjectiveName): Claim {
  const found = written.trim();
  const refuse = (why: string): Claim => ({ kind: "malformed", found, why });
  const text = found
    .replace(new RegExp(String.raw`^(?:target|goal)?\s*[:=]?\s*(?:<=?|>=?|[≤≥~=]|${bound}\b)?\s*`, "i"), "")
    .trim();
  return name === "availability" ? readPercent(text, refuse) : readSeconds(text, refuse);
}

function readPercent(text: string, refuse: (why: string) => Claim): Claim {
  const number = /^(\d+(?:\.\d+)?)\s*(?:%|percent\b)/i.exec(text)?.[1];
  if (number === undefined) return refuse("expected a percentage like 99.9%");
  const value = Number(number);
  return value > 0 && value <= 100
    ? { kind: "value", value }
    : refuse("expected a percentage above 0 and up to 100");
}

function readSeconds(text: string, refuse: (why: string) => Claim): Claim {
  if (/^[-–−]\s*\d/.test(text)) return refuse("expected a duration above zero");
  // Of a range like 10-15 minutes the upper end is what is promised.
  const upper = text.replace(/^\d+(?:\.\d+)?\s*(?:[-–]|to)\s*(?=\d)/, "");
  const written = /^(?:\d+(?:\.\d+)?\s*[a-z]+\.?(?:\s+and\s+|,?\s*)?)+/i.exec(upper)?.[0] ?? "";
  const ms = longestDuration(written);
  if (ms === undefined) {
    return refuse(
      /^\d/.test(upper) ? "expected a unit like seconds or minutes" : "expected a duration like 15 minutes",
    );
  }
  return ms > 0 ? { kind: "value", value: ms / 1000 } : refuse("expected a duration above zero");
}

/** `15 minutes` of `15 minutes 3 times a day`: amounts are dropped from the end until the rest is a duration. */
function longestDuration(written: string): number | undefined {
  const amounts = written.match(/\d+(?:\.\d+)?\s*[a-z]+/gi) ?? [];
  for (let count = amounts.length; count > 0; count -= 1) {
    const ms = parseDurationMs(amounts.slice(0, count).join(" "));
    if (ms !== undefined) return ms;
  }
  return undefined;
}
