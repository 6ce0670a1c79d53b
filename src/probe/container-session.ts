import { randomBytes } from "node:crypto";
import { PassThrough, type Duplex } from "node:stream";
import type Docker from "dockerode";

export interface SessionAnswer {
  readonly exitStatus: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Question {
  readonly mark: Buffer;
  readonly done: (answer: SessionAnswer) => void;
  readonly failed: (error: Error) => void;
}

/**
 * One `sh` in a container that answers questions over its standard input: starting a process in a container costs twenty times what
 * a question costs. Without a terminal and in a session of its own, like any other executed command; it ends when it is disposed of,
 * and when the harness dies, for its input ends with either.
 */
export class ContainerSession implements AsyncDisposable {
  readonly #stream: Duplex;
  readonly #closed = Promise.withResolvers<undefined>();
  #stdout = Buffer.alloc(0);
  #stderr = "";
  #question: Question | undefined;
  #failure: Error | undefined;

  private constructor(docker: Docker, stream: Duplex) {
    this.#stream = stream;
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    docker.modem.demuxStream(stream, stdout, stderr);
    stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
    stderr.on("data", (chunk: Buffer) => (this.#stderr += chunk.toString()));
    stream.on("end", () => this.#end(new Error("its shell has ended")));
    stream.on("close", () => this.#end(new Error("its shell has ended")));
    stream.on("error", (error: Error) => this.#end(error));
  }

  /** `arguments_` are `$1`, `$2` … of every question. Throws the engine's error when there is no such container or it does not run. */
  static async open(
    docker: Docker,
    containerId: string,
    arguments_: readonly string[],
  ): Promise<ContainerSession> {
    const exec = await docker.getContainer(containerId).exec({
      Cmd: ["sh", "-s", "--", ...arguments_],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    return new ContainerSession(docker, await exec.start({ hijack: true, stdin: true }));
  }

  /**
   * Runs a script, one question after the other; it changes nothing for the next one. Rejects when the shell has ended or does not
   * answer within `deadlineMs`; then the session is of no more use.
   */
  async ask(script: string, deadlineMs: number): Promise<SessionAnswer> {
    if (this.#failure !== undefined) throw this.#failure;
    // No name of a file holds NUL, and nobody can know the nonce.
    const nonce = randomBytes(12).toString("hex");
    const timer = setTimeout(() => this.#end(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
    try {
      return await new Promise<SessionAnswer>((done, failed) => {
        this.#stdout = Buffer.alloc(0);
        this.#stderr = "";
        this.#question = { mark: Buffer.from(`\0${nonce} `), done, failed };
        this.#stream.write(`( ${script}\n) </dev/null; printf '\\0%s %s\\n' ${nonce} "$?"\n`);
      });
    } finally {
      clearTimeout(timer);
      this.#question = undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream.end();
    // One that was stopped does not see the end of its input.
    const timer = setTimeout(() => this.#end(new Error("disposed of")), 1_000);
    await this.#closed.promise;
    clearTimeout(timer);
  }

  #receive(chunk: Buffer): void {
    const question = this.#question;
    if (question === undefined) return;
    this.#stdout = Buffer.concat([this.#stdout, chunk]);
    const at = this.#stdout.lastIndexOf(question.mark);
    if (at === -1 || this.#stdout.at(-1) !== 0x0a) return;
    question.done({
      exitStatus: Number(this.#stdout.toString("latin1", at + question.mark.length)),
      stdout: this.#stdout.toString("utf8", 0, at),
      stderr: this.#stderr,
    });
  }

  #end(error: Error): void {
    this.#failure ??= error;
    this.#question?.failed(this.#failure);
    this.#stream.destroy();
    this.#closed.resolve(undefined);
  }
}
