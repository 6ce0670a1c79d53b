import { composeServer } from "../src/authoring/restored-servers.ts";
import { execInContainer } from "../src/engine/exec.ts";
import { endpointOf, nodeOf, postgresAddress, redisAddress } from "../src/probe/node-address.ts";
import { withPostgres } from "../src/probe/postgres-session.ts";
import { withRedis } from "../src/probe/redis-session.ts";
import type { StartedTopology } from "../src/topology/started-topology.ts";

// How a proof reaches past every interface to damage what the harness watches. Each function throws when it changed nothing: a
// defect that was not planted proves nothing.

const plantingDeadlineMs = 5000;

/** Runs SQL as the administrator on one node and returns the rows. */
export async function sqlOn<Row extends object>(
  topology: StartedTopology,
  service: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const endpoint = await endpointOf(serverOf(topology, service));
  return withPostgres(postgresAddress(topology, endpoint), plantingDeadlineMs, async (client) => {
    const { rows } = await client.query<Row>(text, [...values]);
    return rows;
  });
}

/** As {@link sqlOn}, for a statement that has to touch exactly `expected` rows; it ends in `returning`. */
export async function damage(
  topology: StartedTopology,
  service: string,
  text: string,
  values: readonly unknown[],
  expected = 1,
): Promise<void> {
  const rows = await sqlOn(topology, service, text, values);
  if (rows.length !== expected) throw new TypeError(`planted ${rows.length} instead of ${expected}: ${text}`);
}

/** Sends one Redis command to one node. */
export async function redisOn(
  topology: StartedTopology,
  service: string,
  command: string,
  ...words: string[]
): Promise<unknown> {
  const endpoint = await endpointOf(serverOf(topology, service));
  return withRedis(redisAddress(topology, endpoint), plantingDeadlineMs, (redis) =>
    redis.call(command, ...words),
  );
}

/** Runs a command of the shell as root on one node. */
export async function asRootOn(
  { docker, nodes }: StartedTopology,
  service: string,
  command: string,
): Promise<void> {
  const argv = ["sh", "-c", command];
  const done = await execInContainer(docker, nodes.get(service)?.containerName ?? "", argv, { user: "root" });
  if (done.exitStatus !== 0) throw new TypeError(`planted nothing: ${done.stderr}`);
}

/** Starts the container of a node that a fault or a runbook stopped, and waits until it answers. */
export async function revive(topology: StartedTopology, service: string): Promise<void> {
  await topology.docker.getContainer(nodeOf(topology, service).containerName).start();
  const deadline = performance.now() + 20_000;
  for (;;) {
    const alive = await sqlOn(topology, service, "select 1")
      .then(() => true)
      .catch(() => false);
    if (alive) return;
    if (performance.now() > deadline) throw new Error(`${service} did not come back`);
  }
}

/** The link that `from` uses to reach `to`. */
export function linkOf(topology: StartedTopology, from: string, to: string) {
  const link = topology.links.find((candidate) => candidate.from === from && candidate.to === to);
  if (link === undefined) throw new TypeError(`no link from ${from} to ${to}`);
  return link;
}

/** A data node, or the service that holds a restored copy. */
function serverOf(topology: StartedTopology, service: string) {
  const copy = topology.system.restoreTargets?.find((target) => target.service === service);
  return copy === undefined ? nodeOf(topology, service) : composeServer(topology, copy.engine, service);
}
