import { expect, test } from "vitest";
import { ArrivalSchedule } from "./arrival-schedule.ts";

test("requests fall due at a constant rate, however late somebody looks", () => {
  const schedule = new ArrivalSchedule(100, 50);
  expect(schedule.take(99)).toBeUndefined();
  expect([schedule.take(150), schedule.take(150), schedule.take(150), schedule.take(150)]).toEqual([
    100,
    120,
    140,
    undefined,
  ]);
  expect(schedule.nextDueAt).toBe(160);
});

test("the rate does not drift over a day", () => {
  const schedule = new ArrivalSchedule(0, 30);
  let arrivals = 0;
  while (schedule.take(86_400_000) !== undefined) arrivals += 1;
  expect(arrivals).toBe(30 * 86_400 + 1);
});
