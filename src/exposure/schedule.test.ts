import fc from "fast-check";
import { expect, test } from "vitest";
import { longestCronGapSeconds } from "./cron.ts";
import { readSchedule } from "./schedule.ts";
import { findRange, readDuration } from "./written-duration.ts";

const hour = 3600;
const day = 24 * hour;

test.each<[string, number | undefined]>([
  ["0 2 * * *", day],
  ["*/15 * * * *", 900],
  ["0 */6 * * *", 6 * hour],
  ["0 */5 * * *", 5 * hour],
  ["0 2,14 * * *", 12 * hour],
  ["0 2,8 * * *", 18 * hour],
  ["0 2 * * 1-5", 3 * day],
  ["0 2 * * MON-FRI", 3 * day],
  ["0 3 * * 7", 7 * day],
  ["0 3 * * 0,7", 7 * day],
  ["0 3 1 * *", 31 * day],
  ["0 3 1 jan *", 366 * day],
  ["0 3 1,15 * 1", 7 * day],
  ["@hourly", hour],
  ["@daily", day],
  ["10-50/20 * * * *", 1200],
  ["0 3 29 2 *", (3 * 365 + 366) * day],
  ["0 3 30 2 *", undefined],
  ["0 3 L * *", undefined],
  ["61 * * * *", undefined],
  ["@reboot", undefined],
  ["* * * *", undefined],
  ["0 22-2 * * *", undefined],
])("between two runs of %j lie at most %j seconds", (expression, seconds) => {
  expect(longestCronGapSeconds(expression)).toBe(seconds);
});

test("a cron that runs each n minutes of an hour leaves at most the rest of it or n minutes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 59 }), (step) => {
      const last = Math.floor(59 / step) * step;
      expect(longestCronGapSeconds(`*/${step} * * * *`)).toBe(
        60 * Math.max(last === 0 ? 0 : step, 60 - last),
      );
    }),
    { numRuns: 20 },
  );
});

test.each<[string, number]>([
  ["Daily at 2:00 AM UTC", day],
  ["every 6 hours", 6 * hour],
  ["every six hours", 6 * hour],
  ["Hourly", hour],
  ["nightly", day],
  ["Each night at 02:00", day],
  ["daily at 02:00 and 14:00", 12 * hour],
  ["daily at 2 AM and 6 AM", 20 * hour],
  ["Weekdays at 02:00", 3 * day],
  ["Mon-Fri 01:30", 3 * day],
  ["Sundays at 03:00", 7 * day],
  ["every Sunday", 7 * day],
  ["Mondays and Thursdays", 4 * day],
  ["weekly full, daily incremental", day],
  ["PT6H", 6 * hour],
  ["every PT15M", 900],
  ["every half hour", 1800],
  ["every other day", 2 * day],
  ["15 min", 900],
  ["`0 2 * * *`", day],
  ["cron: 30 1 * * * UTC", day],
  ["rate(6 hours)", 6 * hour],
  ["OnCalendar=*-*-* 02:00:00", day],
  ["OnCalendar=*-*-* 00/6:00:00", 6 * hour],
  ["OnCalendar=daily", day],
  ["OnCalendar=Sun *-*-* 02:00:00", 7 * day],
  ["OnCalendar=Mon..Fri *-*-* 02:00", 3 * day],
  ["every minute", 60],
  ["twice a day", 12 * hour],
  ["4 times per day", 6 * hour],
  ["once a month", 31 * day],
])("%j leaves at most %d seconds between two runs", (text, seconds) => {
  expect(readSchedule(text)).toMatchObject({ kind: "interval", seconds });
});

test.each([
  "periodically",
  "bi-weekly",
  "as needed",
  "02:00 UTC",
  "several times a day",
  "hourly or daily",
  "0 3 L * *",
  "OnCalendar=Sat *-*-1..7 18:00:00",
  "every few hours",
  "@reboot",
])("%j is a schedule that can't be read", (text) => {
  expect(readSchedule(text)).toMatchObject({ kind: "unreadable" });
});

test.each(["AES-256", "30 days", "every table is dumped", "the sun never sets", "S3", "WAL"])(
  "%j states no schedule, or only a duration",
  (text) => {
    const schedule = readSchedule(text);
    if (text === "30 days") expect(schedule).toMatchObject({ kind: "interval", seconds: 30 * day });
    else expect(schedule).toBeUndefined();
  },
);

test("what is done on change and daily is done daily at the latest", () => {
  expect(readSchedule("On change + daily")).toMatchObject({ kind: "on-change", atLatestSeconds: day });
  expect(readSchedule("on every commit")).toMatchObject({ kind: "on-change", atLatestSeconds: null });
  expect(readSchedule("Continuous")).toMatchObject({ kind: "continuous" });
});

test.each<[string, number | undefined]>([
  ["30 days", 30 * day],
  ["P30D", 30 * day],
  ["PT1H30M", 5400],
  ["1 h 30 min", 5400],
  ["two weeks", 14 * day],
  ["1 year", 365 * day],
  ["half an hour", 1800],
  ["6h", 6 * hour],
  ["6 parsecs", undefined],
  ["P", undefined],
  ["30", undefined],
  ["and", undefined],
])("%j is a duration of %j seconds", (text, seconds) => {
  expect(readDuration(text)).toBe(seconds);
});

test.each<[string, number, number]>([
  ["10-20 minutes", 600, 1200],
  ["30 to 60 min", 1800, 3600],
  ["30 min – 1 hour", 1800, 3600],
  ["about 45 minutes", 2700, 2700],
  ["PT30M", 1800, 1800],
  ["1-2 hours", 3600, 7200],
])("%j is from %d to %d seconds", (text, lowerSeconds, upperSeconds) => {
  expect(findRange(text)).toEqual({ lowerSeconds, upperSeconds });
});

test("no text makes reading a schedule fail", () => {
  const piece = fc.constantFrom(
    ..."every each daily at 02:00 * */5 0 2 PT6H Mon-Fri , and hourly P30D 1-5 TBD 25:99 S3 \n".split(" "),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const schedule = readSchedule(pieces.join(" "));
      if (schedule?.kind === "interval") expect(schedule.seconds).toBeGreaterThan(0);
    }),
  );
});
