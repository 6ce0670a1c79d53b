import { setTimeout as pause } from "node:timers/promises";
import { HarnessError } from "../harness-error.ts";
import type { ArchiverState, ArchiveSettings } from "../timeline/archiving-observation.ts";
import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import { endpointOf, postgresAddress } from "./node-address.ts";
import { patientDeadlineMs } from "./node-state.ts";
import { withPostgres } from "./postgres-session.ts";

const askAgainMs = 200;
const archivedWithinMs = 60_000;
/** PostgreSQL's own: then it waits for a minute, or for the next segment. */
const triesPerSegment = 3;
/** A replica connects again after five seconds. */
const streamingWithinMs = 60_000;

/** How the running server archives. */
export async function archiveSettings(
  topology: StartedTopology,
  node: StartedNode,
): Promise<ArchiveSettings> {
  const { mode, command, timeout } = await ask<{ mode: string; command: string; timeout: string }>(
    topology,
    node,
    `select current_setting('archive_mode') as mode, current_setting('archive_command') as command,
       (select setting from pg_settings where name = 'archive_timeout') as timeout`,
  );
  return { mode, command, timeoutSeconds: Number(timeout) };
}

/** What the server believes of its archive. */
export async function archiverState(topology: StartedTopology, node: StartedNode): Promise<ArchiverState> {
  const { archived, failed, last_archived, last_failed } = await ask<{
    archived: string;
    failed: string;
    last_archived: string | null;
    last_failed: string | null;
  }>(
    topology,
    node,
    `select archived_count as archived, failed_count as failed, last_archived_wal as last_archived,
       last_failed_wal as last_failed from pg_stat_archiver`,
  );
  return {
    archived: Number(archived),
    failed: Number(failed),
    ...(last_archived === null ? {} : { lastArchived: last_archived }),
    ...(last_failed === null ? {} : { lastFailed: last_failed }),
  };
}

/** Ends the segment that the server is writing, and returns its name. */
export async function finishSegment(topology: StartedTopology, node: StartedNode): Promise<string> {
  // One that holds nothing is not ended.
  await ask(topology, node, "select pg_logical_emit_message(true, 'drill-probe', '')::text as lsn");
  const { segment } = await ask<{ segment: string }>(
    topology,
    node,
    "select pg_walfile_name(pg_switch_wal()) as segment",
  );
  return segment;
}

async function ask<Row extends object>(
  topology: StartedTopology,
  node: StartedNode,
  query: string,
): Promise<Row> {
  const endpoint = await endpointOf(node);
  return withPostgres(postgresAddress(topology, endpoint), patientDeadlineMs, async (client) => {
    const { rows } = await client.query<Row>(query);
    const [row] = rows;
    if (row === undefined) throw new Error(`${node.definition.service} answered with no row`);
    return row;
  });
}

/** Ends the segment that the server is writing, and waits until it counts as archived, or archiving has failed three times. */
export async function finishedAndArchived(topology: StartedTopology, node: StartedNode): Promise<string> {
  const before = await archiverState(topology, node);
  const segment = await finishSegment(topology, node);
  const deadline = performance.now() + archivedWithinMs;
  while (performance.now() < deadline) {
    const { failed, lastArchived = "" } = await archiverState(topology, node);
    if (lastArchived >= segment || failed - before.failed >= triesPerSegment) return segment;
    await pause(askAgainMs);
  }
  throw late(
    `${node.definition.service} to archive ${segment}, or to fail to ${triesPerSegment} times`,
    archivedWithinMs,
  );
}

function late(what: string, withinMs: number): HarnessError {
  return new HarnessError(
    `Expected ${what} within ${withinMs / 1000} s, and it did not; see the server's log.`,
    {
      code: "server-too-slow",
      exitStatus: 70,
    },
  );
}

/** How many replicas stream from the server. */
export async function streamingReplicas(topology: StartedTopology, node: StartedNode): Promise<number> {
  const { replicas } = await ask<{ replicas: number }>(
    topology,
    node,
    "select count(*)::integer as replicas from pg_stat_replication where state = 'streaming'",
  );
  return replicas;
}

/**
 * Disconnects the replicas, and waits until so many stream again. A server whose clock has leapt takes them for dead, at once or in
 * a while: what streams just after the leap says nothing.
 */
export async function streamAnew(
  topology: StartedTopology,
  node: StartedNode,
  replicas: number,
): Promise<void> {
  const { before } = await ask<{ before: string }>(
    topology,
    node,
    "select coalesce(string_agg(pid::text, ',' order by pid) filter (where pg_terminate_backend(pid)), '0') as before from pg_stat_replication",
  );
  const deadline = performance.now() + streamingWithinMs;
  while (performance.now() < deadline) {
    const { fresh } = await ask<{ fresh: number }>(
      topology,
      node,
      `select count(*)::integer as fresh from pg_stat_replication where state = 'streaming' and pid not in (${before})`,
    );
    if (fresh >= replicas) return;
    await pause(askAgainMs);
  }
  throw late(
    `${replicas} replicas of ${node.definition.service} to stream after its clock was set`,
    streamingWithinMs,
  );
}
