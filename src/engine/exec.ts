import { PassThrough, type Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import { HarnessError } from "../harness-error.ts";

export interface ExecOptions {
  /** Name or number; the image's own by default, which is root for the official PostgreSQL image. */
  readonly user?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Given to the command on its standard input, which is then closed. Nothing by default. */
  readonly stdin?: string | Uint8Array;
  /** How long the command may take. 30,000 by default. */
  readonly timeoutMs?: number;
}

export interface ExecResult {
  readonly exitStatus: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one command in a container and returns what it said, whatever its exit status.
 *
 * @throws HarnessError 70 when it does not end within `timeoutMs`. The engine has no call that ends it: it may still run.
 * @throws the engine's error when there is no such container or it does not run.
 */
export async function execInContainer(
  docker: Docker,
  containerId: string,
  argv: readonly string[],
  { user, env = {}, stdin, timeoutMs = 30_000 }: ExecOptions = {},
): Promise<ExecResult> {
  const exec = await docker.getContainer(containerId).exec({
    Cmd: [...argv],
    AttachStdin: stdin !== undefined,
    AttachStdout: true,
    AttachStderr: true,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    ...(user === undefined ? {} : { User: user }),
  });
  const stream = await exec.start({ hijack: true, stdin: stdin !== undefined });
  if (stdin !== undefined) stream.end(stdin);
  const { stdout, stderr } = await outputWithin(
    docker,
    stream,
    timeoutMs,
    `${argv.join(" ").slice(0, 80)} in ${containerId}`,
  );
  const { ExitCode: exitStatus } = await exec.inspect();
  return { exitStatus: exitStatus ?? 0, stdout, stderr };
}

async function outputWithin(
  docker: Docker,
  stream: Duplex,
  timeoutMs: number,
  what: string,
): Promise<{ stdout: string; stderr: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  // Collect from the start: a pipe that nobody reads would stop the other one too.
  const collected = Promise.all([text(stdout), text(stderr)]);
  const ended = Promise.withResolvers<undefined>();
  const end = (error?: Error): void => (error ? ended.reject(error) : ended.resolve(undefined));
  stream.once("end", () => end());
  stream.once("close", () => end());
  stream.once("error", end);
  const timer = setTimeout(() => {
    end(
      new HarnessError(
        `Expected the command to end within ${timeoutMs} ms, but it did not: ${what}; give it longer or see why it hangs.`,
        {
          code: "exec-timed-out",
          exitStatus: 70,
        },
      ),
    );
  }, timeoutMs);
  try {
    docker.modem.demuxStream(stream, stdout, stderr);
    await ended.promise;
    stdout.end();
    stderr.end();
    const [out, err] = await collected;
    return { stdout: out, stderr: err };
  } finally {
    clearTimeout(timer);
    stream.destroy();
    stdout.end();
    stderr.end();
  }
}
