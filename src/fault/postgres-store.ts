import { HarnessError } from "../harness-error.ts";
import type { PostgresStoreDefinition } from "../topology/system-definition.ts";
import type { StartedTopology } from "../topology/started-topology.ts";

/** The system's PostgreSQL store, which a damage to it needs. */
export function postgresStore({ system }: StartedTopology): PostgresStoreDefinition {
  if (system.stores.postgres !== undefined) return system.stores.postgres;
  throw new HarnessError(
    `Expected the system ${system.name} to define a PostgreSQL store to damage, found none; add it to its stores.`,
    { code: "store-not-defined", exitStatus: 70 },
  );
}
