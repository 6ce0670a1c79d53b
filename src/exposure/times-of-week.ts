const minutesOfDay = 1440;
const names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const dayName = String.raw`(?:sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(?:days?)?`;
const noName = String.raw`(?![a-z])`;

/**
 * The longest time between two of the moments that a text names, in seconds: `at 02:00 and 14:00` 12 hours, `weekdays at 02:00`
 * three days, `Sundays` a week. Undefined where it names neither a day of the week nor, beside a word for daily, a time.
 */
export function readTimesOfWeek(text: string): number | undefined {
  const days = daysIn(text);
  const times = timesIn(text);
  const isDaily = /\b(?:daily|nightly|(?:every|each) (?:day|night|morning|evening))\b/i.test(text);
  if (days.length === 0 && (times.length === 0 || !isDaily)) return undefined;
  const onDays = days.length === 0 ? [0, 1, 2, 3, 4, 5, 6] : days;
  const moments = onDays
    .flatMap((day) => (times.length === 0 ? [0] : times).map((time) => day * minutesOfDay + time))
    .sort((a, b) => a - b);
  const first = moments[0] ?? 0;
  const gaps = moments.map((at, index) => (moments[index + 1] ?? first + 7 * minutesOfDay) - at);
  return Math.max(...gaps) * 60;
}

function daysIn(text: string): number[] {
  const lower = text.toLowerCase();
  const found = new Set<number>();
  if (/\b(?:weekdays?|working days?|business days?|workdays?)\b/.test(lower))
    [1, 2, 3, 4, 5].forEach((day) => found.add(day));
  if (/\bweekends?\b/.test(lower)) [0, 6].forEach((day) => found.add(day));
  const range = new RegExp(
    String.raw`\b(${dayName})\s*(?:-|–|to|through|until)\s*(${dayName})${noName}`,
    "g",
  );
  for (const [, from = "", to = ""] of lower.matchAll(range)) {
    const start = numberOf(from);
    for (let step = 0; step <= (numberOf(to) - start + 7) % 7; step += 1) found.add((start + step) % 7);
  }
  // Without their ending `sun`, `sat` and `wed` are words of their own; after `every`, `on` or a comma they are days.
  for (const [, name = ""] of lower.matchAll(new RegExp(String.raw`\b(${dayName})${noName}`, "g"))) {
    if (
      /days?$/.test(name) ||
      found.size > 0 ||
      new RegExp(String.raw`\b(?:every|each|on)\s+${name}\b`).test(lower)
    ) {
      found.add(numberOf(name));
    }
  }
  return [...found].sort((a, b) => a - b);
}

function numberOf(name: string): number {
  return names.indexOf(name.slice(0, 3));
}

/** Minutes since midnight of each time that is written as one. */
function timesIn(text: string): number[] {
  const found = new Set<number>();
  for (const [, hour = "", minute, half] of text.matchAll(
    /\b(\d{1,2})(?::(\d\d))?(?::\d\d)?\s*([ap]\.?m\.?)?(?![\d:])/gi,
  )) {
    if (minute === undefined && half === undefined) continue;
    const written = Number(hour);
    const isAfternoon = half?.toLowerCase().startsWith("p") === true;
    const hours = half === undefined ? written : (written % 12) + (isAfternoon ? 12 : 0);
    if (hours < 24) found.add(hours * 60 + Number(minute ?? 0));
  }
  if (/\bmidnight\b/i.test(text)) found.add(0);
  if (/\bnoon\b/i.test(text)) found.add(720);
  return [...found].sort((a, b) => a - b);
}
