import type { Duplex } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type Docker from "dockerode";

/** Longer than any mark, so that one that arrives in pieces is found. */
const carried = 512;

/** A bash in a pseudo-terminal of the operator: what is typed goes in, what it prints is searched for marks. */
export class TerminalStream {
  readonly #exec: Docker.Exec;
  readonly #stream: Duplex;
  readonly #decoder = new StringDecoder("utf8");
  #listener: ((text: string) => void) | undefined;
  #pending = "";
  #ended = false;
  #abandon: (() => void) | undefined;

  private constructor(exec: Docker.Exec, stream: Duplex) {
    this.#exec = exec;
    this.#stream = stream;
    stream.on("data", (chunk: Buffer) => this.#receive(this.#decoder.write(chunk)));
    stream.on("end", () => this.#finish());
    stream.on("close", () => this.#finish());
    stream.on("error", () => this.#finish());
  }

  static async open(
    docker: Docker,
    operator: { containerId: string; checkout: string },
  ): Promise<TerminalStream> {
    const exec = await docker.getContainer(operator.containerId).exec({
      Cmd: ["bash", "--norc", "--noprofile", "--noediting", "-i"],
      Tty: true,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      WorkingDir: operator.checkout,
      Env: ["TERM=xterm"],
    });
    const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
    const terminal = new TerminalStream(exec, stream);
    // A terminal without a size makes pagers and progress bars behave as they never would before a person.
    await exec.resize({ h: 40, w: 160 }).catch(() => undefined);
    return terminal;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  type(text: string): void {
    if (!this.#ended) this.#stream.write(text);
  }

  /**
   * Hands over everything printed until `mark`; resolves with the mark, or with undefined when the shell ended first.
   */
  async until(
    mark: RegExp,
    onText: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<RegExpExecArray | undefined> {
    return new Promise((resolve) => {
      let held = "";
      const stop = (found: RegExpExecArray | undefined): void => {
        this.#listener = undefined;
        this.#abandon = undefined;
        signal?.removeEventListener("abort", abandon);
        resolve(found);
      };
      const abandon = (): void => {
        onText(held);
        stop(undefined);
      };
      const take = (text: string): void => {
        held += text;
        const found = mark.exec(held);
        if (found !== null) {
          onText(held.slice(0, found.index));
          this.#pending = held.slice(found.index + found[0].length);
          stop(found);
        } else if (held.length > carried) {
          onText(held.slice(0, -carried));
          held = held.slice(-carried);
        }
      };
      this.#abandon = abandon;
      this.#listener = take;
      signal?.addEventListener("abort", abandon, { once: true });
      const early = this.#pending;
      this.#pending = "";
      take(early);
      if (this.#listener === take && (this.#ended || signal?.aborted === true)) abandon();
    });
  }

  /** Exit status of the shell once it has ended; null when the engine does not know one. */
  async exitStatus(): Promise<number | null> {
    const { ExitCode, Running } = await this.#exec.inspect();
    return Running ? null : ExitCode;
  }

  close(): void {
    this.#stream.destroy();
    this.#finish();
  }

  #receive(text: string): void {
    if (this.#listener === undefined) this.#pending += text;
    else this.#listener(text);
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#abandon?.();
  }
}
