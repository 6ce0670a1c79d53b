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
async function someWrite({ topology, runId }: ScenarioContext, place: number): Promise<string> {
  const rows = await sqlOn<{ client_id: string }>(
    topology,
    "postgres-replica",
    "select client_id from public.tradelog where run = $1 and timeline = 2 order by id limit 1 offset $2",
    [runId, place],
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
    const id = await someWrite(context, 100);
    await damage(
      context.topology,
      "postgres-replica",
      "delete from public.tradelog where run = $1 and client_id = $2 returning 1",
      [context.runId, id],
    );
  }),
);

export const otherDamage = proof(
  "A changed payload, a duplicate, a phantom, a gap in the order and lost data from before the run are found side by side",
  {
    ...options,
    expect: {
      verdict: "missed",
      codes: ["changed-payload", "duplicate-write", "phantom-write", "gap-in-order", "base-data-lost"],
      without: ["divergent-write", "two-writable-primaries"],
    },
  },
  failoverThen(async (context) => {
    const { topology, runId } = context;
    const [changed, copied] = [await someWrite(context, 100), await someWrite(context, 101)];
    const plant = (text: string, values: readonly unknown[], rows?: number): Promise<void> =>
      damage(topology, "postgres-replica", text, values, rows);
    await plant(
      "update public.tradelog set payload = payload || '0' where run = $1 and client_id = $2 returning 1",
      [runId, changed],
    );
    const copy = `insert into public.tradelog (run, client_id, writer, user_id, payload, node, timeline, xid)
      select run, $3::bigint, writer, user_id, payload, node, timeline, xid from public.tradelog where run = $1 and client_id = $2 returning 1`;
    await plant(copy, [runId, copied, copied]);
    // Twice there by now.
    await plant(copy, [runId, copied, "999999999"], 2);
    // A write of the old primary, with later ones that survived.
    await plant(
      `delete from public.tradelog where ctid = (
         select ctid from public.tradelog where run = $1 and timeline = 1 order by id limit 1 offset 20) returning 1`,
      [runId],
    );
    await plant(
      "delete from public.tradelog where run = 'base' and client_id between -30 and -28 returning 1",
      [],
      3,
    );
  }),
);
