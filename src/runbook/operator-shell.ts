import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { HarnessError } from "../harness-error.ts";
import { BoundedText } from "./bounded-text.ts";
import { TerminalInspector, type SeenWait } from "./inspect-terminal.ts";
import type { RunbookCommand } from "./model.ts";
import { ShellSession, type OperatorPlace } from "./shell-session.ts";
import { terminalText } from "./terminal-text.ts";

export interface OperatorShellOptions {
  readonly docker: Docker;
  readonly operator: OperatorPlace;
  readonly runId: string;
  /** How long a command may wait for somebody to type before it is ended. */
  readonly inputWaitMs: number;
}

/** How a command ended, and what it printed. */
export interface CommandRun {
  readonly output: string;
  /** Null when it was ended before it had one. */
  readonly exitStatus: number | null;
  readonly ended?: "timeout" | "waited-for-input";
  /** What waited for input. */
  readonly waitedProgram?: string;
  /** The shell is gone; the next command gets a new one, in the checkout, that remembers nothing. */
  readonly lostShell: boolean;
}

interface InputWatch {
  /** Aborted when something has waited too long, or when the watch itself failed. */
  readonly signal: AbortSignal;
  readonly found: SeenWait[];
  failure?: Error;
}

/** What the engine can't look into (a container that is paused or going away) is not ended for waiting; the limit still holds. */
function nothingToSee(error: unknown): SeenWait[] {
  if (error instanceof HarnessError || (error instanceof Error && "statusCode" in error)) return [];
  throw error;
}

/** First look at the terminal, and time between looks: commands that are over sooner are not looked at. */
const lookEveryMs = 1000;
const marks = /\u001e[^\u001e]{0,200}\u001e/g;

/** The shell of one runbook: starts, watches and, when it has to, replaces the session in the operator. */
export class OperatorShell implements AsyncDisposable {
  readonly #options: OperatorShellOptions;
  readonly #inspector: TerminalInspector;
  #session: ShellSession | undefined;

  constructor(options: OperatorShellOptions) {
    this.#options = options;
    this.#inspector = new TerminalInspector(options.docker, options.operator.containerId, options.runId);
  }

  /** Starts the shell before the first command needs it. */
  async ready(): Promise<ShellSession> {
    this.#session ??= await ShellSession.start(this.#options.docker, this.#options.operator);
    return this.#session;
  }

  /** @throws The reason of `signal` once it is aborted; the shell and its jobs are ended. */
  async run(command: RunbookCommand, limitMs: number, signal: AbortSignal): Promise<CommandRun> {
    const session = await this.ready();
    const printed = new BoundedText();
    const append = (text: string): void => printed.append(text);
    const limit = AbortSignal.timeout(Math.max(1, Math.ceil(limitMs)));
    const over = new AbortController();
    const watch = this.#watchForInput(session, over.signal);
    const stop = AbortSignal.any([limit, watch.signal, signal]);
    const end = await session.run(command, append, stop);
    over.abort();
    if (end === undefined) {
      if (signal.aborted) {
        await this.#loseSession(session);
        throw signal.reason;
      }
      if (watch.failure !== undefined) throw watch.failure;
      const waits = watch.found;
      const lostShell = !(await this.#endCommand(session, waits, append));
      const output = terminalText(printed.toString().replace(marks, ""));
      const [first] = waits;
      return first === undefined
        ? { output, exitStatus: null, ended: "timeout", lostShell }
        : { output, exitStatus: null, ended: "waited-for-input", waitedProgram: first.program, lostShell };
    }
    const lostShell = end.kind === "shell-ended";
    if (lostShell) await this.#loseSession(session);
    const text = terminalText(printed.toString());
    // An interactive bash says `exit` when it ends.
    return { output: lostShell ? text.replace(/\n?exit$/, "") : text, exitStatus: end.exitStatus, lostShell };
  }

  /** Changes the working directory until `leave`; false where there is none of that name. */
  async enter(directory: string): Promise<boolean> {
    const session = await this.ready();
    return session.control(
      `__drill_cwd=$PWD; cd -- '${directory.replaceAll("'", `'\\''`)}'`,
      () => undefined,
      5000,
    );
  }

  async leave(): Promise<void> {
    if (this.#session === undefined) return;
    await this.#session.control('cd -- "$__drill_cwd"', () => undefined, 5000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#session !== undefined) await this.#loseSession(this.#session);
  }

  #watchForInput(session: ShellSession, over: AbortSignal): InputWatch {
    const done = new AbortController();
    const watch: InputWatch = { signal: done.signal, found: [] };
    const look = async (): Promise<void> => {
      let since = new Map<string, number>();
      for (;;) {
        await delay(lookEveryMs, undefined, { signal: over });
        const now = performance.now();
        const waits = await this.#inspector.waits(session.pid).catch(nothingToSee);
        since = new Map(waits.map(({ key }) => [key, since.get(key) ?? now]));
        const long = waits.filter(({ key }) => now - (since.get(key) ?? now) >= this.#options.inputWaitMs);
        watch.found.push(...long);
        if (long.length > 0) return;
      }
    };
    look()
      .catch((error: unknown) => {
        if (!over.aborted) watch.failure = error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => done.abort());
    return watch;
  }

  /** Gets the prompt back: true when the same shell goes on. */
  async #endCommand(
    session: ShellSession,
    waits: readonly SeenWait[],
    append: (text: string) => void,
  ): Promise<boolean> {
    await this.#inspector.killWaiting(waits);
    for (const signal of [undefined, "TERM", "KILL", "KILL"] as const) {
      session.pressControlC();
      if (signal !== undefined) await this.#inspector.killForeground(session.pid, signal);
      if (!(await this.#getsPrompt(session, 1000))) continue;
      // Whatever was killed may have left the terminal without echo, line editing or signals.
      if (await session.control("stty sane -echo", append, 2000)) return true;
      break;
    }
    await this.#loseSession(session);
    return false;
  }

  async #getsPrompt(session: ShellSession, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    do {
      if (session.hasEnded) return false;
      if ((await this.#inspector.hasPrompt(session.pid)) === true) return true;
      await delay(50);
    } while (performance.now() < deadline);
    return false;
  }

  async #loseSession(session: ShellSession): Promise<void> {
    if (!session.hasEnded) await this.#inspector.killSession(session.pid).catch(nothingToSee);
    session.close();
    this.#session = undefined;
  }
}
