const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  millisecond: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
};

/**
 * Milliseconds of a written duration: `90s`, `15 minutes`, `1 h 30 min`. Undefined for anything else: no unit, a sign, a word for
 * a number, text around it.
 */
export function parseDurationMs(text: string): number | undefined {
  const written = text.trim().toLowerCase().replace(/\.$/, "");
  if (!/^(?:\d+(?:\.\d+)?\s*[a-z]+\.?\s*(?:and\s+|,\s*)?)+$/.test(written)) return undefined;
  let total = 0;
  for (const [, amount, word] of written.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)) {
    const unit = unitOf(word ?? "");
    if (unit === undefined) return undefined;
    total += Number(amount) * unit;
  }
  return total;
}

function unitOf(word: string): number | undefined {
  if (Object.hasOwn(unitMs, word)) return unitMs[word];
  const singular = word.endsWith("s") ? word.slice(0, -1) : "";
  // `ss` and `mss` are no units; `secs`, `mins`, `hrs` and the full words are.
  return singular.length > 1 && singular !== "ms" && Object.hasOwn(unitMs, singular)
    ? unitMs[singular]
    : undefined;
}
