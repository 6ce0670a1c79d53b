import { findCron, longestCronGapSeconds } from "./cron.ts";
import { readTimesOfWeek } from "./times-of-week.ts";
import { durationPattern, readDuration } from "./written-duration.ts";

/** How often something is done, as far as a text says so. */
export type Schedule =
  | {
      readonly kind: "interval";
      /** The longest time between two runs. */
      readonly seconds: number;
      readonly text: string;
      /** What the text does not say and the figure needs. */
      readonly provided?: string;
    }
  | { readonly kind: "continuous"; readonly text: string }
  | {
      readonly kind: "on-change";
      readonly text: string;
      /** And at the latest after so long, as in `on change + daily`. */
      readonly atLatestSeconds: number | null;
    }
  | { readonly kind: "unreadable"; readonly text: string; readonly why: string };

const hour = 3600;
const day = 24 * hour;

const onChange =
  /\b(?:on|upon|after|at|with)\s+(?:every|each|any)?\s*(?:config(?:uration)?\s+)?(?:change|commit|merge|deploy(?:ment)?|modification)s?\b|\bwhenever\b.*\bchange/i;
const continuous = /\bcontinuous(?:ly)?\b|\breal[- ]?time\b|\bconstantly\b/i;
const vague =
  /\b(?:periodic(?:ally)?|regular(?:ly)?|as needed|when needed|on demand|ad[- ]hoc|occasional(?:ly)?|frequent(?:ly)?|from time to time|off[- ]peak|every (?:few|so often|couple|other|second|now)|(?:several|multiple|a few) times|after hours|manual(?:ly)?|TBD|to be (?:defined|decided)|@reboot)\b/i;

/** Twice in that time to one reader, once in two of them to the next. */
const ambiguous = /\bbi-?(?:weekly|monthly|hourly|annual(?:ly)?|daily)\b/i;

const words: readonly (readonly [RegExp, number])[] = [
  [/\b(?:every|each|per) minute\b|\bminutely\b/i, 60],
  [/\bhourly\b|\b(?:every|each|per|an?) hour\b/i, hour],
  [
    /\b(?:daily|nightly)\b|\b(?:every|each|per) (?:day|night|morning|evening|midnight)\b|\bonce a day\b/i,
    day,
  ],
  [/\bevery other (?:day|night)\b/i, 2 * day],
  [/\bweekly\b|\b(?:every|each|per) week\b|\bonce a week\b/i, 7 * day],
  [/\b(?:every other week|fortnightly)\b/i, 14 * day],
  [/\bmonthly\b|\b(?:every|each|per) month\b|\bonce a month\b/i, 31 * day],
  [/\bquarterly\b|\b(?:every|each|per) quarter\b/i, 92 * day],
  [/\b(?:yearly|annually)\b|\b(?:every|each|per) year\b/i, 366 * day],
];

/**
 * The schedule that a text states. Undefined where it states none; `unreadable` where it does, in words or a notation that give no
 * single longest time between two runs.
 */
export function readSchedule(text: string): Schedule | undefined {
  const change = onChange.exec(text);
  const interval = readInterval(change === null ? text : text.replace(change[0], " "));
  if (change !== null) {
    const atLatest = interval?.kind === "interval" ? interval.seconds : null;
    return { kind: "on-change", text, atLatestSeconds: atLatest };
  }
  if (interval !== undefined) return interval;
  return continuous.test(text) ? { kind: "continuous", text } : undefined;
}

function readInterval(text: string): Schedule | undefined {
  const cron = findCron(text);
  if (cron !== undefined) return cronSchedule(cron.expression, text);
  const timer = /\bOnCalendar\s*=\s*(.+)$/i.exec(text)?.[1];
  if (timer !== undefined) return timerSchedule(timer, text);
  const unclear = (ambiguous.exec(text) ?? [])[0];
  if (unclear !== undefined) return unreadable(text, unclear);
  const found = [...wordsIn(text), ...intervalsIn(text)];
  const distinct = [...new Set(found.map((each) => each.seconds))];
  const times = readTimesOfWeek(text);
  const perPeriod = timesPerPeriod(text);
  // `Twice a day` says nothing of when; `twice a day, at 02:00 and 14:00` does.
  if (perPeriod !== undefined && times === undefined) {
    return { kind: "interval", seconds: perPeriod, text, provided: "its runs are evenly spaced" };
  }
  if (distinct.length > 1) return severalSchedules(distinct, text);
  const [seconds] = distinct;
  // `Daily at 02:00 and 14:00` is more often than daily, `daily on weekdays` less often.
  if (times !== undefined && (seconds === undefined || seconds === day)) {
    return { kind: "interval", seconds: times, text: text.length > 80 ? `${text.slice(0, 79)}…` : text };
  }
  if (seconds !== undefined) return { kind: "interval", seconds, text: quoted(text, found[0]?.phrase ?? "") };
  const loose = vague.exec(text)?.[0];
  if (loose !== undefined) return unreadable(text, loose);
  // In a long sentence a time of day may be anything.
  if (text.length <= 80 && /\b\d{1,2}(?::\d\d|\s*[ap]m)\b/i.test(text)) {
    return { kind: "unreadable", text, why: "it names a time of day and not on which days" };
  }
  return undefined;
}

function unreadable(text: string, words: string): Schedule {
  return { kind: "unreadable", text, why: `“${words}” gives no longest time between two runs` };
}

function cronSchedule(expression: string, text: string): Schedule {
  const seconds = longestCronGapSeconds(expression);
  if (seconds !== undefined) return { kind: "interval", seconds, text: quoted(text, expression) };
  const fields = expression.split(/\s+/).length;
  const why =
    fields > 5
      ? `“${expression}” has ${fields} fields, and a crontab's has five: whether the first is a second or the last a year is not said`
      : `“${expression}” is no schedule of a crontab(5) that ever runs`;
  return { kind: "unreadable", text, why };
}

/** Of systemd: a word, or `*-*-* HH:MM:SS` in the forms that are also a crontab's. */
function timerSchedule(written: string, text: string): Schedule {
  const [, days = "*", hours, minutes] =
    /^([a-z]{3}[a-z.,-]*\s+)?(?:\*-\*-\*\s+)?([\d*,/]+):([\d*,/]+)(?::\d\d)?(?:\s+UTC)?$/i.exec(
      written.trim(),
    ) ?? [];
  const cron =
    hours === undefined || minutes === undefined
      ? undefined
      : `${minutes} ${hours} * * ${days.trim().replaceAll("..", "-")}`.replace(/\b0+(?=\d)/g, "");
  const seconds = cron === undefined ? wordsIn(written)[0]?.seconds : longestCronGapSeconds(cron);
  return seconds === undefined
    ? { kind: "unreadable", text, why: `“${written.trim()}” is a form of OnCalendar that is not read here` }
    : { kind: "interval", seconds, text };
}

/** An incremental backup between two full ones is a backup, too. */
function severalSchedules(seconds: readonly number[], text: string): Schedule {
  return /\bincr(?:emental)?s?\b|\bdiff(?:erential)?s?\b/i.test(text)
    ? { kind: "interval", seconds: Math.min(...seconds), text }
    : { kind: "unreadable", text, why: "it names several schedules and not which of them is meant" };
}

interface Phrase {
  readonly seconds: number;
  readonly phrase: string;
}

/** Of a long sentence only the words that state the schedule. */
function quoted(text: string, phrase: string): string {
  return text.length <= 48 || phrase === "" ? text : phrase;
}

function wordsIn(text: string): Phrase[] {
  return words.flatMap(([pattern, seconds]) => {
    const phrase = pattern.exec(text)?.[0];
    return phrase === undefined ? [] : [{ seconds, phrase }];
  });
}

function intervalsIn(text: string): Phrase[] {
  const every = new RegExp(
    String.raw`\b(?:every|each|rate\(|at least (?:once )?every|(?:interval|frequency|schedule)\s*(?:of|is|=|:)?)\s*(${durationPattern})`,
    "gi",
  );
  const alone = new RegExp(String.raw`^\s*(${durationPattern})\s*(?:\(.*\))?$`, "i");
  const only = alone.exec(text);
  return [...text.matchAll(every), ...(only === null ? [] : [only])].flatMap(([phrase, written = ""]) => {
    const seconds = readDuration(written);
    return seconds === undefined || seconds === 0 ? [] : [{ seconds, phrase: phrase.trim() }];
  });
}

const periods: Readonly<Record<string, number>> = { hour, day, daily: day, week: 7 * day, weekly: 7 * day };
const counts: Readonly<Record<string, number>> = {
  once: 1,
  twice: 2,
  two: 2,
  three: 3,
  four: 4,
  six: 6,
  eight: 8,
};

/** `twice a day`, `4 times per day`, `three times daily`. */
function timesPerPeriod(text: string): number | undefined {
  const [, written = "", period = ""] =
    /\b(once|twice|(?:two|three|four|six|eight|\d+)(?=\s+times))(?:\s+times)?\s+(?:an?|per|each|every)?\s*(hour|day|daily|week|weekly)\b/i.exec(
      text,
    ) ?? [];
  const count = counts[written.toLowerCase()] ?? Number(written);
  const base = periods[period.toLowerCase()];
  return base === undefined || !(count > 0) ? undefined : base / count;
}
