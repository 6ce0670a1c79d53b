import { execInContainer } from "../engine/exec.ts";
import { HarnessError } from "../harness-error.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import type { BackupsDefinition } from "../topology/system-definition.ts";

/** Seconds since 1970 by the clock of the operations host. */
export async function operationsClock(topology: StartedTopology): Promise<number> {
  return Number(await onOperator(topology, ["date", "+%s"]));
}

/** @throws TypeError for a system that keeps no backups: its stories can't look after any. */
export function backupsOf({ system }: StartedTopology): BackupsDefinition {
  if (system.backups !== undefined) return system.backups;
  throw new TypeError(`the story looks after backups, and the system ${system.name} keeps none`);
}

/** Runs a command on the operations host; what it printed. */
export async function onOperator(
  { docker, operator }: StartedTopology,
  argv: readonly string[],
): Promise<string> {
  const done = await execInContainer(docker, operator.containerId, argv, { timeoutMs: 60_000 });
  if (done.exitStatus === 0) return done.stdout.trim();
  const why = done.stderr.trim().split("\n").at(-1) ?? "";
  throw new HarnessError(
    `Expected \`${argv.slice(0, 3).join(" ")}\` to succeed on the operations host, but it ended with status ${done.exitStatus} (${why}); see its log.`,
    { code: "operations-host-failed", exitStatus: 70 },
  );
}
