import { drill } from "../src/checklist/drill.ts";
import { judgeSteps } from "../src/checklist/judge-steps.ts";
import { databaseFailover } from "../scenarios/database-failover.scenario.ts";
import { redisFailover } from "../scenarios/redis-failover.scenario.ts";

const both = [databaseFailover.name, redisFailover.name];

export const failover = drill("failover", {
  title: "Both stores lose their primary: the failover procedures bring service back within the objectives",
  scenarios: [databaseFailover, redisFailover],
  items: [
    {
      text: "PostgreSQL: the failover procedure meets its objectives",
      line: null,
      scenarios: [databaseFailover.name],
    },
    {
      text: "Redis: the failover procedure meets its objectives",
      line: null,
      scenarios: [redisFailover.name],
    },
    {
      text: "Every step of both procedures did what its title says",
      line: null,
      scenarios: both,
      judge: ({ steps }) => judgeSteps(steps),
    },
    {
      text: "No acknowledged write was lost after service had returned, and none diverged",
      line: null,
      scenarios: both,
      judge: ({ verdict, reasons, measured }) => {
        const destroyed = ["destroyed-later", "divergent-write", "not-durable", "two-writable-primaries"];
        if (reasons.some((reason) => destroyed.includes(reason.code))) return "missed";
        return measured.divergentWrites === null
          ? "inconclusive"
          : verdict === "inconclusive"
            ? "inconclusive"
            : "met";
      },
    },
  ],
});
