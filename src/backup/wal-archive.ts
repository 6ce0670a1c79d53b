import { execInContainer, type ExecResult } from "../engine/exec.ts";
import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import type { FetchedSegment } from "../timeline/archiving-observation.ts";

/** Where a server puts what it fetches, and what it is to archive a second time. */
export const scratch = "/tmp/archive-look";

/** A server's archive, as its own commands reach it. */
export class WalArchive {
  readonly #topology: StartedTopology;
  readonly #user: string;
  readonly #restoreCommand: string;

  /** @throws TypeError for a system whose WAL is not archived anywhere: its stories can't look for it. */
  constructor(topology: StartedTopology) {
    const archive = topology.system.stores.postgres?.archive;
    if (archive === undefined) {
      throw new TypeError(
        `the story looks for archived WAL, and the system ${topology.system.name} does not say how a server fetches it`,
      );
    }
    this.#topology = topology;
    this.#user = archive.user;
    this.#restoreCommand = archive.restoreCommand;
  }

  /**
   * Fetches a segment on a server, as its recovery would, and holds it against the sum of what was written.
   *
   * @throws where the server can't be looked at: that says nothing of its archive.
   */
  async fetch(node: StartedNode, segment: string, sha256: string): Promise<FetchedSegment> {
    const { service } = node.definition;
    const path = `${scratch}/${segment}`;
    const emptied = await this.run(node, `rm -rf ${scratch} && mkdir ${scratch}`);
    if (emptied.exitStatus !== 0) throw new Error(`${service} has no place for it: ${saidBy(emptied)}`);
    const fetched = await this.run(node, walCommand(this.#restoreCommand, { f: segment, p: path }));
    if (fetched.exitStatus !== 0) return { service, content: "none", detail: saidBy(fetched) };
    const sum = await this.run(node, `sha256sum < ${path}`);
    if (sum.exitStatus !== 0) return { service, content: "none", detail: saidBy(sum) };
    const same = sum.stdout.startsWith(sha256);
    return { service, content: same ? "same" : "different", detail: "" };
  }

  /** Runs a command of the shell as the database server's own user, in its data directory, where the server runs its commands. */
  async run({ containerName, definition }: StartedNode, command: string): Promise<ExecResult> {
    const argv = ["sh", "-c", `cd "$0" && ${command}`, definition.dataPath];
    return execInContainer(this.#topology.docker, containerName, argv, {
      user: this.#user,
      timeoutMs: 90_000,
    });
  }
}

/** PostgreSQL's `archive_command` or `restore_command` for one segment. */
export function walCommand(command: string, { f, p }: { readonly f: string; readonly p: string }): string {
  const values: Readonly<Record<string, string>> = { f, p, "%": "%" };
  return command.replace(/%([fp%])/g, (_all, name: string) => values[name] ?? "");
}

/** The last line that a command printed, errors first. */
export function saidBy({ exitStatus, stderr, stdout }: ExecResult): string {
  const line = (stderr.trim() === "" ? stdout : stderr).trim().split("\n").at(-1) ?? "";
  return line === "" ? `exit status ${exitStatus}, and nothing said` : line;
}
