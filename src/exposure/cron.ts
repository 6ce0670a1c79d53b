const minutesOfDay = 1440;
const months = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const weekdays = "sun mon tue wed thu fri sat".split(" ");

const macros: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

/**
 * The longest time between two runs of something that a crontab starts, in seconds: `0 2 * * *` 86,400, `0 2 * * 1-5` three days.
 * Several entries run it as often as all of them together. Undefined for what is no schedule of five fields (or `@daily` and the
 * like), for one that uses a letter of some other cron (`L`, `W`, `#`), and for one that never runs. Days have 24 hours here: where
 * clocks are changed one has 25.
 */
export function longestCronGapSeconds(...expressions: readonly string[]): number | undefined {
  const entries = expressions.map(readEntry);
  const readable = entries.filter((entry) => entry !== undefined);
  return readable.length < entries.length ? undefined : longestGap(readable);
}

interface Entry {
  /** Minutes of a day on which it runs. */
  readonly times: readonly number[];
  readonly runsOn: (date: Date) => boolean;
}

function readEntry(expression: string): Entry | undefined {
  const written = expression.trim().toLowerCase();
  const fields = (macros[written] ?? written).split(/\s+/);
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  const minutes = readField(minute, 0, 59, []);
  const hours = readField(hour, 0, 23, []);
  const onDays = readField(day, 1, 31, []);
  const inMonths = readField(month, 1, 12, months);
  const onWeekdays = readField(weekday, 0, 7, weekdays);
  if (fields.length !== 5 || minutes === undefined || hours === undefined) return undefined;
  if (onDays === undefined || inMonths === undefined || onWeekdays === undefined) return undefined;
  const times = [...hours].flatMap((h) => [...minutes].map((m) => h * 60 + m));
  const runsOn = (date: Date): boolean => {
    if (!inMonths.has(date.getUTCMonth() + 1)) return false;
    const byDay = onDays.has(date.getUTCDate());
    const byWeekday = onWeekdays.has(date.getUTCDay()) || (date.getUTCDay() === 0 && onWeekdays.has(7));
    // As crontab(5) says: where both are restricted either will do.
    return day.startsWith("*") || weekday.startsWith("*") ? byDay && byWeekday : byDay || byWeekday;
  };
  return { times, runsOn };
}

/** Eight years hold every distance that a calendar can make, but for the years without a leap day around 2100. */
function longestGap(entries: readonly Entry[]): number | undefined {
  let last: number | undefined;
  let longest = 0;
  for (let day = 0; day < 8 * 365.25; day += 1) {
    const date = new Date(Date.UTC(2001, 0, 1 + day));
    const times = entries.filter(({ runsOn }) => runsOn(date)).flatMap((entry) => entry.times);
    for (const time of times.sort((a, b) => a - b)) {
      const at = day * minutesOfDay + time;
      if (last !== undefined) longest = Math.max(longest, at - last);
      last = at;
    }
  }
  return longest === 0 ? undefined : longest * 60;
}

function readField(
  field: string,
  low: number,
  high: number,
  names: readonly string[],
): Set<number> | undefined {
  const values = new Set<number>();
  const valueOf = (text: string): number => {
    const named = names.indexOf(text.slice(0, 3));
    return named >= 0 && text.length <= 9
      ? named + (low === 0 ? 0 : 1)
      : /^\d+$/.test(text)
        ? Number(text)
        : NaN;
  };
  for (const part of field.split(",")) {
    const [, range = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [from = "", to] = range.split("-");
    const start = from === "*" ? low : valueOf(from);
    const end = from === "*" || (to === undefined && step !== undefined) ? high : valueOf(to ?? from);
    const by = step === undefined ? 1 : Number(step);
    if (!(start >= low && end <= high && start <= end && by > 0)) return undefined;
    for (let value = start; value <= end; value += by) values.add(value);
  }
  return values;
}

const cronField = String.raw`(?:[\d*][\d*,/-]*|(?:sun|mon|tue|wed|thu|fri|sat|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z,-]*|[\d*]*[LW?#][\dLW#]*)`;
const inText = new RegExp(
  String.raw`(?<![\w*/])((?:${cronField}\s+){4,6}${cronField}|@(?:hourly|daily|midnight|weekly|monthly|yearly|annually|reboot))(?![\w*/])`,
  "i",
);

/** The first text that has the shape of a schedule of five to seven fields, and what follows it. With more than five it is no crontab's. */
export function findCron(text: string): { readonly expression: string; readonly rest: string } | undefined {
  const match = inText.exec(text);
  const expression = match?.[1];
  if (match === null || expression === undefined) return undefined;
  return { expression, rest: text.slice(match.index + match[0].length).trim() };
}
