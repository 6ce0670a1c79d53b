import { drill, type ChecklistItem } from "../src/checklist/drill.ts";
import { judgeSteps } from "../src/checklist/judge-steps.ts";
import { postgresReplicationSetup } from "../scenarios/postgres-replication-setup.scenario.ts";
import { redisReplicationSetup } from "../scenarios/redis-replication-setup.scenario.ts";

type Judge = NonNullable<ChecklistItem["judge"]>;

/** The first look at the replica follows its set-up, the second one its restart. */
function arrives(replica: string, look: 0 | 1): Judge {
  return ({ replication }) => {
    const seen = replication.filter((each) => each.replica === replica)[look];
    if (seen === undefined) return "inconclusive";
    return seen.arrived ? "met" : "missed";
  };
}

/** Nobody knows what a replica is worth that was never put to it. */
const takesOver: Judge = ({ baseline, verdict }) => (baseline === null ? "inconclusive" : verdict);

function itemsOf(store: string, scenario: string, replica: string): readonly ChecklistItem[] {
  const item = (text: string, judge: Judge): ChecklistItem => ({
    text: `${store}: ${text}`,
    line: null,
    scenarios: [scenario],
    judge,
  });
  return [
    item("every step of the set-up did what its title says", ({ steps }) =>
      judgeSteps(steps.filter(({ id }) => id.startsWith("prepare-"))),
    ),
    item("what is written on the primary arrives on the replica", arrives(replica, 0)),
    item("it still arrives after the replica was restarted", arrives(replica, 1)),
    item("the replica takes over from a primary that dies, within the objectives", takesOver),
  ];
}

export const replicationSetup = drill("replication-setup", {
  title:
    "Replicas that were set up by the procedure replicate, go on after a restart, and survive their primaries",
  scenarios: [postgresReplicationSetup, redisReplicationSetup],
  items: [
    ...itemsOf("PostgreSQL", postgresReplicationSetup.name, "postgres-replica"),
    ...itemsOf("Redis", redisReplicationSetup.name, "redis-replica"),
  ],
});
