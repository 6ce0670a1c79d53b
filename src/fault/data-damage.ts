import type { Client } from "pg";
import { HarnessError } from "../harness-error.ts";
import { failureDetail } from "../probe/failure-detail.ts";
import { postgresAddress } from "../probe/node-address.ts";
import { withPostgres, type PostgresAddress } from "../probe/postgres-session.ts";
import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import type { Fault, FaultObservation } from "./fault.ts";

/** A fault of what a PostgreSQL node stores, worked by a session of its administrator. */
export interface DataDamage {
  /** Verb phrase as in the scenario: `dropTable(postgres, public.orders)`. */
  readonly name: string;
  readonly service: string;
  readonly blastRadius: string;
  damage(client: Client, node: StartedNode, topology: StartedTopology): Promise<void>;
  /** Asks the server, never a memory of its own. */
  observe(client: Client): Promise<FaultObservation>;
}

/** Every row of a table may have to be written. */
const damageDeadlineMs = 60_000;
const observeDeadlineMs = 10_000;

/**
 * Lifting does nothing: what is overwritten or dropped is gone, and only a copy that is older than the damage brings it back. To
 * remember it here would be a backup that the system under drill does not have.
 */
export function dataDamage({ name, service, blastRadius, ...definition }: DataDamage): Fault {
  const fault: Fault = { name, targets: [service], transient: false, damage: true, blastRadius, inject };
  const nothingToLift = (): Promise<void> => Promise.resolve();
  return fault;

  async function inject(topology: StartedTopology) {
    const node = topology.nodes.get(service);
    if (node?.definition.engine !== "postgres") {
      const there = [...topology.nodes.values()].filter(
        ({ definition: { engine } }) => engine === "postgres",
      );
      throw new HarnessError(
        `Expected a PostgreSQL node named ${service} to damage, found ${there.map((each) => each.definition.service).join(", ")}; name one of these.`,
        { code: "unknown-node", exitStatus: 64 },
      );
    }
    try {
      const address = await addressOf(topology, node);
      if (address === undefined) throw new Error("its container does not run");
      await withPostgres(address, damageDeadlineMs, (client) => definition.damage(client, node, topology));
    } catch (cause) {
      throw new HarnessError(
        `Expected ${service} to carry out ${name}, found ${failureDetail(cause)}; inject it while the node serves what it damages.`,
        { code: "fault-not-injected", exitStatus: 70, cause },
      );
    }
    return {
      fault,
      observe: () => observe(topology, node),
      lift: nothingToLift,
      [Symbol.asyncDispose]: nothingToLift,
    };
  }

  async function observe(topology: StartedTopology, node: StartedNode): Promise<FaultObservation> {
    const address = await addressOf(topology, node);
    if (address === undefined) return { inForce: false, detail: `the container of ${service} does not run` };
    try {
      return await withPostgres(address, observeDeadlineMs, (client) => definition.observe(client));
    } catch (error) {
      return { inForce: false, detail: `${service} could not be asked: ${failureDetail(error)}` };
    }
  }
}

async function addressOf(topology: StartedTopology, node: StartedNode): Promise<PostgresAddress | undefined> {
  const endpoint = await node.directEndpoint();
  return endpoint === undefined ? undefined : postgresAddress(topology, endpoint);
}
