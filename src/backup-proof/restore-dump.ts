import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import { HarnessError } from "../harness-error.ts";
import type { BackupFinding } from "./backup-finding.ts";
import type { DumpKind } from "./backup-format.ts";
import type { FetchedBackup } from "./fetch-backup.ts";
import { loadDump } from "./load-dump.ts";
import {
  createDatabase,
  prepareRoles,
  prepareSuperuser,
  restoredDatabase,
  restoringUser,
} from "./prepare-roles.ts";
import type { ProofRecord } from "./proof-record.ts";
import type { RestoredServer } from "./restored-server.ts";
import { errorsIn, missingRolesIn, restoreFindings } from "./restore-errors.ts";
import type { Sandbox } from "./sandbox.ts";
import { withSandboxClient } from "./sandbox-client.ts";
import { formatBytes } from "./sandbox-limits.ts";
import { recordAttempts } from "./tripwire.ts";

/** What is loaded into an empty server. */
export interface DumpToLoad {
  readonly kind: DumpKind;
  readonly path: string;
  readonly globals: FetchedBackup | undefined;
  /** Roles that are there without the backup. */
  readonly roles: readonly string[];
  readonly signal: AbortSignal;
}

/** Loads roles, then the dump. False when the server did not live through it. */
export async function restoreDump(
  sandbox: Sandbox,
  record: ProofRecord,
  { container, major, withRoles, missingRoles }: RestoredServer,
  { kind, path, globals, roles, signal }: DumpToLoad,
): Promise<boolean> {
  const { docker, limits } = sandbox;
  const session = { database: "postgres", major, signal };
  const loadOne = async (
    from: string,
    file: Pick<DumpToLoad, "kind" | "path">,
    user: string,
    database: string,
  ) => {
    const loading = { ...file, user, database, timeMs: limits.timeMs };
    const { exitStatus, output } = await loadDump(docker, container, loading);
    const errors = errorsIn(output);
    const findings = restoreFindings(from, errors, limits);
    for (const role of missingRolesIn(errors)) missingRoles.add(role);
    if (exitStatus !== 0 && errors.length === 0) {
      const said = output.trim().split("\n").at(-1)?.slice(0, 200) ?? "";
      findings.push({
        code: "restore-error",
        message: `Restoring ${from} ended with status ${exitStatus}: ${said}.`,
      });
    }
    const death = await deathOf(container, sandbox);
    record.check(`${from} restores without an error`, {
      passed: "no error on an empty server",
      findings: death === undefined ? findings : [death],
    });
    return death === undefined;
  };
  try {
    const user = await withSandboxClient(docker, container, session, async (client) => {
      await prepareRoles(client, roles);
      if (!withRoles && !roles.includes("postgres")) await prepareSuperuser(client);
      return restoringUser(client);
    });
    if (globals !== undefined) {
      const roleFile = { kind: "cluster-dump" as const, path: globals.path };
      if (!(await loadOne("the backup of roles", roleFile, user, "postgres"))) return false;
    }
    if (kind === "cluster-dump") return await loadOne("the dump", { kind, path }, user, "postgres");
    const owner = await withSandboxClient(docker, container, session, async (client) => {
      const restoring = await restoringUser(client);
      await createDatabase(client, restoring);
      return restoring;
    });
    return await loadOne("the dump", { kind, path }, owner, restoredDatabase);
  } catch (error) {
    if (!(error instanceof HarnessError && error.code === "exec-timed-out")) throw error;
    record.check("the dump restores within the time limit", {
      passed: "",
      findings: [
        {
          code: "restore-timed-out",
          message: `The restore did not end within ${limits.timeMs / 1000} s: give it longer with --time, or see what in the backup never ends.`,
        },
      ],
    });
    return false;
  } finally {
    await recordAttempts(record, container);
  }
}

/** Why the server can't be asked any more, or should not be blamed on the backup. */
async function deathOf(
  container: Docker.Container,
  { docker, limits }: Sandbox,
): Promise<BackupFinding | undefined> {
  const { State } = await container.inspect();
  if (State.OOMKilled || (State.Running && (await ranOutOfMemory(docker, container)))) {
    return {
      code: "no-memory",
      message: `Restoring the backup needs more memory than the ${formatBytes(limits.memoryBytes)} that the server may use: give it more with --memory.`,
    };
  }
  if (State.Running) return undefined;
  return {
    code: "server-died",
    message: `The server ended with status ${State.ExitCode} while the backup was restored: restore it by hand and read the server's log.`,
  };
}

/** The kernel counts what it killed in a container; the engine only tells when that was the first process. */
async function ranOutOfMemory(docker: Docker, container: Docker.Container): Promise<boolean> {
  const files = "/sys/fs/cgroup/memory/memory.oom_control /sys/fs/cgroup/memory.events";
  const { stdout } = await execInContainer(docker, container.id, ["bash", "-c", `cat ${files} 2> /dev/null`]);
  return /^oom_kill [1-9]/m.test(stdout);
}
