import { rm } from "node:fs/promises";
import type { Engine } from "../engine/engine.ts";
import { removeRun } from "../engine/remove-run.ts";
import { HarnessError } from "../harness-error.ts";
import type { RunClock } from "../timeline/clock.ts";
import type { NewTimelineEvent } from "../timeline/event.ts";
import { buildTopology } from "./build-topology.ts";
import { checkSystem } from "./check-system.ts";
import { randomCredentials } from "./credentials.ts";
import { runDirectory } from "./run-directory.ts";
import { TaskGroup } from "./task-group.ts";
import type { StartedTopology } from "./started-topology.ts";
import type { SystemDefinition } from "./system-definition.ts";

export interface TopologyOptions {
  /** Eight characters of `[a-z0-9]`, a letter first. */
  readonly runId: string;
  readonly clock: RunClock;
  readonly engine: Engine;
  /** Takes the events `application-changed`, `fence-refused` and `topology-ready`. */
  readonly timeline?: { record(event: NewTimelineEvent): unknown };
  /** Aborting it ends the start; what was started by then is removed. */
  readonly signal?: AbortSignal;
  /** Takes every secret of the run, before the first container, network or volume is made: whoever redacts needs them first. */
  readonly onSecrets?: (secrets: readonly string[]) => void;
  /** Called when the start failed or was aborted, before what was started by then is removed; its own failure is the caller's. */
  readonly beforeRemoval?: () => Promise<void>;
}

/**
 * Starts a system: networks, links, data nodes with replication, the operator and, from there by Compose, the application. When
 * this returns, each attached replica streams and has replayed what its primary had written, the data that is there before the run is
 * there on both, and the application says that it is healthy.
 *
 * Throws a {@link HarnessError}; whatever was started by then has been removed.
 */
export async function startTopology(
  system: SystemDefinition,
  options: TopologyOptions,
): Promise<StartedTopology> {
  const { clock, engine, runId, signal, timeline } = options;
  if (!/^[a-z][a-z0-9]{7}$/.test(runId)) {
    throw new HarnessError(
      `Expected a run id of eight characters of [a-z0-9] with a letter first, found ${JSON.stringify(runId)}; pass such a one.`,
      { code: "bad-run-id", exitStatus: 70 },
    );
  }
  checkSystem(system);
  const startedAt = clock.now();
  const record = (event: NewTimelineEvent): void => void timeline?.record(event);
  await using started = new AsyncDisposableStack();
  started.defer(() => rm(runDirectory(runId), { recursive: true, force: true }));
  started.defer(() => removeRun(engine.docker, runId).then(() => undefined));
  const group = new TaskGroup(signal);
  const credentials = randomCredentials(system.credentials);
  const secrets: string[] = [];
  const onSecrets = (more: readonly string[]): void => {
    secrets.push(...more);
    options.onSecrets?.(more);
  };
  onSecrets(Object.values(credentials.values));
  const build = { system, credentials, onSecrets, runId, engine, group, record, started };
  const topology = await buildTopology(build).catch(async (error: unknown) => {
    await group.abandon(error);
    await options.beforeRemoval?.();
    throw signal?.aborted === true ? error : asHarnessError(error);
  });
  record({ kind: "topology-ready", seconds: (clock.now() - startedAt) / 1000 });
  const owned = started.move();
  return { ...topology, secrets, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function asHarnessError(error: unknown): HarnessError {
  if (error instanceof HarnessError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new HarnessError(
    `Expected the system to start, found: ${reason}; correct the system, or see what the engine lacks.`,
    { code: "topology-not-started", exitStatus: 69, cause: error },
  );
}
