import { scenario } from "../src/authoring/scenario.ts";
import { cutOffOperator } from "../src/fault/cut-off-operator.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { earlierBackups, jobsOf } from "../system/abtpro/earlier-backups.ts";

export const retention = scenario(
  "retention",
  {
    title: "Backups are kept 30 days and deleted to the day, and never the last good one",
    kind: "procedure",
    system: abtpro({ backups: true }),
    runbook: "runbooks/backup.md#delete-old-backups",
    asDocumented: "runbooks/as-documented.md#automated-daily-backups",
    tags: ["backup"],
  },
  async ({ workload, faults, operator, observe }) => {
    const { failing, working } = jobsOf(operator.commands);
    await workload.establishBaseline();

    // Every backup of the last 33 days has failed, and today's is going to.
    const good = [{ days: 40 }, { days: 33 }].map((age) => ({ ...age, good: true }));
    const failed = [{ days: 32 }, { days: 20 }, { days: 1 }].map((age) => ({ ...age, good: false }));
    const cutOff = await faults.inject(cutOffOperator("postgres", "postgres-replica"));
    await operator.inherit(earlierBackups(failing, [...good, ...failed]));
    await operator.follow();
    await observe.kept();
    await cutOff.lift();

    // Backups work again, and their ages lie around the boundary.
    await operator.inherit(
      earlierBackups(working, [
        { days: 41, hours: 2, good: true, deletedByName: true },
        { days: 31, good: true },
        { days: 30, hours: 1, good: true },
        { days: 30, hours: -1, good: true },
        { days: 29, good: true },
        { days: 2, good: true },
        { days: 31, hours: 1, good: false },
      ]),
    );
    await operator.follow();
    await observe.kept();
    return {};
  },
);
