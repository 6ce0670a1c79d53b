const unitSeconds: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  week: 604_800,
  month: 2_592_000,
  year: 31_536_000,
};

const numbers: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  "forty-five": 45,
  sixty: 60,
  ninety: 90,
  "half a": 0.5,
  "half an": 0.5,
  half: 0.5,
};

const digits = String.raw`\d+(?:\.\d+)?`;
const inWords = Object.keys(numbers)
  .sort((a, b) => b.length - a.length)
  .join("|");
const number = `${digits}|${inWords}`;
const unit = String.raw`seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|months?|years?`;
const iso = String.raw`P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?`;

/** A pattern, without groups, for a duration as people write one: `30 days`, `six hours`, `1 h 30 min`, `half an hour`, `PT6H`. */
export const durationPattern = String.raw`\b(?:${iso}|(?:${digits}[\s-]*|(?:${inWords})[\s-]+)(?:${unit})\b(?:(?:\s|,|and)*\d+\s*(?:${unit})\b)*)`;

/** Seconds of a text that is a duration and nothing else; a month is 30 days, a year 365. Undefined for anything else. */
export function readDuration(text: string): number | undefined {
  const written = text.trim();
  if (new RegExp(`^${iso}$`).test(written)) return isoSeconds(written);
  if (!new RegExp(`^${durationPattern}$`, "i").test(written)) return undefined;
  let total = 0;
  for (const [, amount, word] of written
    .toLowerCase()
    .matchAll(new RegExp(`(${number})[\\s-]*(${unit})\\b`, "g"))) {
    const name = word ?? "";
    const seconds = unitSeconds[name] ?? unitSeconds[name.replace(/s$/, "")];
    const count = numbers[amount ?? ""] ?? Number(amount);
    if (seconds === undefined || Number.isNaN(count)) return undefined;
    total += count * seconds;
  }
  return total;
}

function isoSeconds(text: string): number {
  const [date = "", time = ""] = text.slice(1).split("T");
  const sum = (part: string, units: Readonly<Record<string, number>>): number =>
    [...part.matchAll(/(\d+(?:\.\d+)?)([A-Z])/g)].reduce(
      (total, [, amount, letter]) => total + Number(amount) * (units[letter ?? ""] ?? NaN),
      0,
    );
  return (
    sum(date, { Y: 31_536_000, M: 2_592_000, W: 604_800, D: 86_400 }) + sum(time, { H: 3600, M: 60, S: 1 })
  );
}

/** `10-20 minutes`, `30 to 60 min`, `1 h`: from the shorter to the longer. */
export interface DurationRange {
  readonly lowerSeconds: number;
  readonly upperSeconds: number;
}

const rangePattern = new RegExp(
  String.raw`(?:(${number})\s*(${unit})?\s*(?:[-–—]|to|and)\s*)?(${durationPattern})`,
  "i",
);

/** The first duration or range of durations in a text. A single one is its own range. */
export function findRange(text: string): DurationRange | undefined {
  const [, first, firstUnit, last = ""] = rangePattern.exec(text) ?? [];
  const upperSeconds = readDuration(last);
  if (upperSeconds === undefined) return undefined;
  if (first === undefined) return { lowerSeconds: upperSeconds, upperSeconds };
  const lastUnit = new RegExp(`(${unit})$`, "i").exec(last)?.[1] ?? "";
  const lowerSeconds = readDuration(`${first} ${firstUnit ?? lastUnit}`) ?? upperSeconds;
  return { lowerSeconds: Math.min(lowerSeconds, upperSeconds), upperSeconds };
}
