import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import { runLabel } from "../engine/labels.ts";
import {
  killSessionScript,
  processTableScript,
  readProcessTable,
  type ProcessTable,
} from "./process-table.ts";
import { containerWaits, hiddenUsers, operatorWaits, type TerminalWait } from "./terminal-wait.ts";

/** A {@link TerminalWait} and the container in which it was seen. */
export interface SeenWait extends TerminalWait {
  readonly containerId: string;
}

/** Sees whether the command in the foreground waits for somebody to type, in the operator or in a container that it entered. */
export class TerminalInspector {
  readonly #docker: Docker;
  readonly #operator: string;
  readonly #runId: string;

  constructor(docker: Docker, operator: string, runId: string) {
    this.#docker = docker;
    this.#operator = operator;
    this.#runId = runId;
  }

  async waits(shell: number): Promise<SeenWait[]> {
    const { own, forwarders } = operatorWaits(await this.#table(this.#operator), shell);
    const seen: SeenWait[] = own.map((wait) => this.#seen(wait, this.#operator));
    if (forwarders.length > 0) {
      for (const containerId of await this.#namedBy(forwarders.flatMap(({ words }) => words))) {
        const waits = containerWaits(await this.#fullTable(containerId));
        seen.push(...waits.map((wait) => this.#seen(wait, containerId)));
      }
    }
    return seen;
  }

  /** Whether no command is in the foreground: the shell itself has its terminal. Undefined when the shell is gone. */
  async hasPrompt(shell: number): Promise<boolean | undefined> {
    const process = (await this.#table(this.#operator)).processes.get(shell);
    return process === undefined ? undefined : process.foregroundGroup === process.group;
  }

  /** Ends the foreground job of the shell's terminal, but not the shell. */
  async killForeground(shell: number, signal: "TERM" | "KILL"): Promise<void> {
    const process = (await this.#table(this.#operator)).processes.get(shell);
    if (process === undefined || process.foregroundGroup <= 1 || process.foregroundGroup === process.group)
      return;
    await this.#kill(this.#operator, signal, [-process.foregroundGroup]);
  }

  /** Ends the shell and everything that was started from it. */
  async killSession(shell: number): Promise<void> {
    const argv = ["sh", "-c", killSessionScript, "sh", String(shell)];
    await execInContainer(this.#docker, this.#operator, argv, { user: "0" });
  }

  /** A program that was executed in a container outlives the client that is killed: it is ended where it runs. */
  async killWaiting(waits: readonly SeenWait[]): Promise<void> {
    for (const { containerId, pid } of waits) {
      if (containerId !== this.#operator) await this.#kill(containerId, "KILL", [pid]);
    }
  }

  #seen(wait: TerminalWait, containerId: string): SeenWait {
    return { ...wait, key: `${containerId}:${wait.key}`, containerId };
  }

  async #table(containerId: string, user?: string): Promise<ProcessTable> {
    const options = { timeoutMs: 5000, ...(user === undefined ? {} : { user }) };
    const { stdout } = await execInContainer(
      this.#docker,
      containerId,
      ["sh", "-c", processTableScript],
      options,
    );
    return readProcessTable(stdout);
  }

  /** The kernel shows a process's system call to its own user only, when root in the container may not trace. */
  async #fullTable(containerId: string): Promise<ProcessTable> {
    const table = await this.#table(containerId, "0");
    const others = await Promise.all(hiddenUsers(table).map((uid) => this.#table(containerId, String(uid))));
    return { processes: table.processes, reads: [...table.reads, ...others.flatMap(({ reads }) => reads)] };
  }

  async #namedBy(words: readonly string[]): Promise<string[]> {
    const filters = { label: [`${runLabel}=${this.#runId}`] };
    const running = await this.#docker.listContainers({ filters });
    return running.flatMap(({ Id, Names, Labels }) => {
      const names = [...Names.map((name) => name.replace(/^\//, "")), Labels["com.docker.compose.service"]];
      const isNamed = words.some(
        (word) => names.includes(word) || (word.length >= 12 && Id.startsWith(word)),
      );
      return Id !== this.#operator && isNamed ? [Id] : [];
    });
  }

  async #kill(containerId: string, signal: string, pids: readonly number[]): Promise<void> {
    const argv = [
      "sh",
      "-c",
      'signal=$1; shift; kill -s "$signal" -- "$@"',
      "sh",
      signal,
      ...pids.map(String),
    ];
    await execInContainer(this.#docker, containerId, argv, { user: "0" });
  }
}
