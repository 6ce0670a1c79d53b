import { availableParallelism } from "node:os";
import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import type { DumpKind } from "./backup-format.ts";

/** What a program said while it loaded a dump, and how it ended. */
export interface LoadResult {
  readonly exitStatus: number;
  /** Its messages, the first mebibyte of them. */
  readonly output: string;
}

export interface LoadOptions {
  readonly kind: DumpKind;
  /** In the sandbox. */
  readonly path: string;
  readonly user: string;
  readonly database: string;
  readonly timeMs: number;
}

/** Keeps what a dump can make a program say from filling anybody's memory, and the program's status. */
const bounded = `"$@" 2>&1 > /dev/null | { head -c 1048576; cat > /dev/null; }; exit "\${PIPESTATUS[0]}"`;

/** More workers than that wait for each other. */
const workersAtMost = 4;

/**
 * Loads a dump as its own tools do, going on after an error so that all of them are seen. Status 0 is no success: psql's is 0 whatever
 * the server refused.
 *
 * @throws HarnessError `exec-timed-out` when it takes longer than allowed.
 */
export async function loadDump(
  docker: Docker,
  server: Docker.Container,
  { kind, path, user, database, timeMs }: LoadOptions,
): Promise<LoadResult> {
  const connection = ["--no-password", "-h", "/tmp", "-U", user, "-d", database];
  const workers = Math.min(workersAtMost, availableParallelism());
  const program: Readonly<Record<DumpKind, readonly string[]>> = {
    "plain-dump": ["psql", "-X", "-q", ...connection, "-f", path],
    "cluster-dump": ["psql", "-X", "-q", ...connection, "-f", path],
    "custom-dump": ["pg_restore", ...connection, "-j", String(workers), path],
    // Its members stand one after the other: nothing to share out.
    "tar-dump": ["pg_restore", ...connection, path],
  };
  const { exitStatus, stdout } = await execInContainer(
    docker,
    server.id,
    ["bash", "-c", bounded, "load", ...program[kind]],
    { timeoutMs: timeMs },
  );
  return { exitStatus, output: stdout };
}
