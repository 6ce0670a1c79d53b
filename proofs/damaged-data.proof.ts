import { proof } from "../src/authoring/proof.ts";
import type { ScenarioContext, Story } from "../src/authoring/scenario.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { failover } from "./failover-story.ts";
import { damage, sqlOn } from "./planting.ts";
import { databaseRunbook } from "./runbook-edits.ts";

const options = { system: abtpro(), runbook: databaseRunbook, aftershock: false };

/** The failover as it should be, and then the damage, before anything is collected. */
function failoverThen(afterRecovery: (context: ScenarioContext) => Promise<void>): Story {
  return failover(killNode("postgres"), { afterRecovery });
}

/** The client id of a write that the new primary acknowledged some seconds ago. */
async function someWrite({ topology, runId }: ScenarioContext): Promise<string> {
  const rows = await sqlOn<{ client_id: string }>(
    topology,
    "postgres-replica",
    "select client_id from public.tradelog where run = $1 and timeline = 2 order by id limit 1 offset 100",
    [runId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("the new primary holds no write that could be damaged");
  return row.client_id;
}

export const deletedWrite = proof(
  "An acknowledged write that is deleted after recovery is found, and is no loss at failover",
  {
    ...options,
    short: true,
    expect: {
      verdict: "missed",
      codes: ["destroyed-later", "gap-in-order"],
      without: ["rpo-exceeded"],
      check: ({ measured }) =>
        measured.lostWrites !== null && measured.lostWrites > 20
          ? [`counted ${measured.lostWrites} writes as lost at failover`]
          : [],
    },
  },
  failoverThen(async (context) => {
    const id = await someWrite(context);
    await damage(
      context.topology,
      "postgres-replica",
      "delete from public.tradelog where run = $1 and client_id = $2 returning 1",
      [context.runId, id],
    );
  }),
);

export const changedPayload = proof(
  "A payload that is changed after recovery is found",
  {
    ...options,
    expect: {
      verdict: "missed",
      codes: ["changed-payload"],
      without: ["destroyed-later", "duplicate-write", "phantom-write"],
    },
  },
  failoverThen(async (context) => {
    const id = await someWrite(context);
    await damage(
      context.topology,
      "postgres-replica",
      "update public.tradelog set payload = payload || '0' where run = $1 and client_id = $2 returning 1",
      [context.runId, id],
    );
  }),
);

export const duplicateAndPhantom = proof(
  "A write that is there twice is a duplicate, and one that nobody sent is a phantom",
  {
    ...options,
    expect: {
      verdict: "missed",
      codes: ["duplicate-write", "phantom-write"],
      without: ["destroyed-later", "changed-payload"],
    },
  },
  failoverThen(async (context) => {
    const id = await someWrite(context);
    const copy = `insert into public.tradelog (run, client_id, writer, user_id, payload, node, timeline, xid)
      select run, $3::bigint, writer, user_id, payload, node, timeline, xid from public.tradelog where run = $1 and client_id = $2 returning 1`;
    await damage(context.topology, "postgres-replica", copy, [context.runId, id, id]);
    await damage(context.topology, "postgres-replica", copy, [context.runId, id, "999999999"], 2);
  }),
);

export const gapInOrder = proof(
  "A write of the old primary that is gone although a later one survived is a gap in the order",
  { ...options, expect: { verdict: "missed", codes: ["gap-in-order"] } },
  failoverThen(async ({ topology, runId }) => {
    await damage(
      topology,
      "postgres-replica",
      `delete from public.tradelog where ctid = (
         select ctid from public.tradelog where run = $1 and timeline = 1 order by id limit 1 offset 20) returning 1`,
      [runId],
    );
  }),
);

export const lostBaseData = proof(
  "Data that was there before the run and is lost is found",
  { ...options, expect: { verdict: "missed", codes: ["base-data-lost"] } },
  failoverThen(async ({ topology }) => {
    await damage(
      topology,
      "postgres-replica",
      "delete from public.tradelog where run = 'base' and client_id between -30 and -28 returning 1",
      [],
      3,
    );
  }),
);
