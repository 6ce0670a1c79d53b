import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import { HarnessError } from "../harness-error.ts";
import { beginMark, commandLines, controlLine, endMark, freshMemory, setUpShell } from "./shell-plumbing.ts";
import { TerminalStream } from "./terminal-stream.ts";

/** Where commands run. */
export interface OperatorPlace {
  readonly containerId: string;
  /** Working directory in which the shell starts. */
  readonly checkout: string;
}

export type CommandEnd =
  | { readonly kind: "finished"; readonly exitStatus: number }
  /** `exit`, `set -e` and a failure, `exec`: the shell is gone, with all that it remembered. */
  | { readonly kind: "shell-ended"; readonly exitStatus: number | null };

/**
 * One bash that runs commands one after the other, each as if it had been typed: variables, functions, options, the working
 * directory, `$?` and `PIPESTATUS` carry over from one to the next.
 */
export class ShellSession {
  readonly #terminal: TerminalStream;
  /** Process id in the operator. */
  readonly pid: number;
  #memory = freshMemory;

  private constructor(terminal: TerminalStream, pid: number) {
    this.#terminal = terminal;
    this.pid = pid;
  }

  /** @throws HarnessError 70 when no shell answers within 10 s. */
  static async start(docker: Docker, operator: OperatorPlace): Promise<ShellSession> {
    const terminal = await TerminalStream.open(docker, operator);
    const nonce = newNonce();
    terminal.type(setUpShell(nonce));
    const found = await terminal.until(endMark(nonce), () => undefined, AbortSignal.timeout(10_000));
    if (found === undefined) {
      terminal.close();
      throw new HarnessError(
        "Expected bash to start in the operator's container within 10 s, and it did not; see its logs.",
        {
          code: "no-operator-shell",
          exitStatus: 70,
        },
      );
    }
    return new ShellSession(terminal, Number(found[1]));
  }

  get hasEnded(): boolean {
    return this.#terminal.hasEnded;
  }

  /** Runs one command and hands over what is printed meanwhile. Undefined when `signal` ended the waiting. */
  async run(
    command: { readonly text: string; readonly malformed?: true },
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<CommandEnd | undefined> {
    const nonce = newNonce();
    this.#terminal.type(commandLines(command.text, command.malformed !== true, this.#memory, nonce));
    // What a background job printed since the last command comes before this one's own output.
    const begun = await this.#terminal.until(new RegExp(beginMark(nonce)), onText, signal);
    const end = begun && (await this.#terminal.until(endMark(nonce), onText, signal));
    if (end !== undefined) {
      const [, status = "0", pipeStatus = "", flags = ""] = end;
      this.#memory = {
        exitStatus: Number(status),
        pipeStatus: pipeStatus.split(",").filter(Boolean).map(Number),
        traces: flags.includes("x"),
      };
      return { kind: "finished", exitStatus: Number(status) };
    }
    if (!this.#terminal.hasEnded) return undefined;
    return { kind: "shell-ended", exitStatus: await this.#terminal.exitStatus() };
  }

  /** A line of the harness's own between commands. False when it failed, or the shell did not answer within the bound. */
  async control(script: string, onText: (text: string) => void, boundMs: number): Promise<boolean> {
    const nonce = newNonce();
    this.#terminal.type(controlLine(script, nonce));
    const found = await this.#terminal.until(endMark(nonce), onText, AbortSignal.timeout(boundMs));
    return found?.[1] === "0";
  }

  pressControlC(): void {
    this.#terminal.type("\u0003");
  }

  close(): void {
    this.#terminal.close();
  }
}

function newNonce(): string {
  return randomBytes(12).toString("hex");
}
