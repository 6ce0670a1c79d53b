import { proof } from "../../src/authoring/proof.ts";
import type { RunbookReference } from "../../src/authoring/scenario.ts";
import { killNode } from "../../src/fault/kill-node.ts";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { setUpAndRestart } from "../replication-story.ts";
import { all, databaseRunbook, replacing } from "../runbook-edits.ts";

const freshPostgres = { system: abtpro({ unreplicated: ["postgres"] }), runbook: databaseRunbook } as const;

function postgresSetUp(...edits: readonly ((markdown: string) => string)[]): { runbook: RunbookReference } {
  return {
    runbook: {
      reference: "runbooks/replication-setup.md#postgresql-streaming-replication",
      edit: all(...edits),
    },
  };
}

/** What the step waits for never comes, and its author did not wait for it. */
const withoutWaiting = all(
  replacing(
    `written=$(docker-compose exec -T postgres psql -X -At -U postgres -d abtpro_db -c "SELECT pg_current_wal_lsn()" < /dev/null)
until docker-compose exec -T postgres psql -X -At -U postgres -d abtpro_db -c "
  SELECT application_name, state, replay_lsn FROM pg_stat_replication
  WHERE application_name = 'postgres-replica' AND state = 'streaming' AND replay_lsn >= '$written'" < /dev/null | grep .; do sleep 0.5; done
`,
    "",
  ),
  replacing(`"name":"start-replica","effect":"node:replicating"`, `"name":"start-replica","effect":"none"`),
);

export const withoutSignal = proof(
  "A replica that was copied and started without standby.signal is found to be a second primary",
  {
    ...freshPostgres,
    preparation: postgresSetUp(
      withoutWaiting,
      replacing(
        "test -f /var/lib/postgresql/data/standby.signal",
        "rm /var/lib/postgresql/data/standby.signal",
      ),
    ),
    expect: {
      verdict: "missed",
      codes: ["replication-not-set-up", "baseline-not-established"],
      messages: [
        /arrive on postgres-replica after the set-up, .*: it is a primary itself: it copied that cluster/,
      ],
    },
  },
  setUpAndRestart("postgres-replica"),
);

export const anotherCluster = proof(
  "A replica that was told whom to follow and not given a copy is found to hold another cluster",
  {
    ...freshPostgres,
    preparation: postgresSetUp(
      withoutWaiting,
      replacing(
        "find /var/lib/postgresql/data -mindepth 1 -delete",
        "touch /var/lib/postgresql/data/standby.signal",
      ),
      replacing(
        `  pg_basebackup -D /var/lib/postgresql/data -X stream --slot=postgres_replica -R --checkpoint=fast --no-password -P -v \\
  -d "host=postgres port=5432 user=replicator passfile=/etc/postgresql/replication.pgpass application_name=postgres-replica" < /dev/null`,
        `  sh -c 'printf "%s\\n" "$@" >> /var/lib/postgresql/data/postgresql.auto.conf' sh "primary_slot_name = 'postgres_replica'" \\
  "primary_conninfo = 'host=postgres port=5432 user=replicator passfile=/etc/postgresql/replication.pgpass'" < /dev/null`,
      ),
    ),
    expect: {
      verdict: "missed",
      codes: ["replication-not-set-up", "baseline-not-established"],
      messages: [/arrive on postgres-replica after the set-up, .*: it holds the data of another cluster/],
    },
  },
  setUpAndRestart("postgres-replica"),
);

export const withoutSlot = proof(
  "A replica that was set up without a slot is not blamed for that alone",
  {
    ...freshPostgres,
    preparation: postgresSetUp(
      replacing(" --slot=postgres_replica -R", " -R"),
      replacing(`grep -q "^primary_slot_name = 'postgres_replica'" <<< "$settings" && `, ""),
      replacing(
        `docker-compose exec -T postgres psql -X -At -U postgres -d abtpro_db -c "SELECT slot_name || ' is in use: ' || active FROM pg_replication_slots WHERE slot_name = 'postgres_replica'" < /dev/null |
  tee /dev/stderr | grep -qx 'postgres_replica is in use: true'
`,
        "",
      ),
      replacing(
        "SELECT pg_create_physical_replication_slot('postgres_replica', immediately_reserve => true)",
        "SELECT 'no slot'",
      ),
      replacing("| grep -qxE 'postgres_replica (reserved|extended)'", "| cat"),
    ),
    expect: { verdict: "met" },
  },
  async (context) => {
    await setUpAndRestart("postgres-replica")(context);
    const outage = await context.faults.inject(killNode("postgres"));
    await context.operator.follow();
    await context.observe.recovery();
    return { faultTime: outage };
  },
);
