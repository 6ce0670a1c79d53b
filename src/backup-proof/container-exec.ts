import { once } from "node:events";
import { PassThrough, type Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";

/**
 * Runs one command in a container with a stream of bytes on its standard input; returns its standard output. A command that ends
 * before it has read all of it is no error: `source` is then read to its end all the same, so that whoever counts or hashes it sees it
 * whole.
 */
export async function feedContainer(
  docker: Docker,
  containerId: string,
  argv: readonly string[],
  source: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<string> {
  const exec = await docker.getContainer(containerId).exec({
    Cmd: [...argv],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true });
  const ended = new AbortController();
  // Ending the stream is how both a finished command and a broken engine show.
  for (const event of ["end", "close", "error"]) stream.once(event, () => ended.abort());
  const abort = (): void => void stream.destroy();
  signal.addEventListener("abort", abort, { once: true });
  const stdout = new PassThrough();
  const stderr = new PassThrough().resume();
  docker.modem.demuxStream(stream, stdout, stderr);
  ended.signal.addEventListener("abort", () => stdout.end(), { once: true });
  const output = text(stdout);
  try {
    await writeAll(stream, source, ended.signal);
    signal.throwIfAborted();
    stream.end();
    return await output;
  } finally {
    signal.removeEventListener("abort", abort);
    stream.destroy();
    stdout.end();
  }
}

async function writeAll(stream: Duplex, source: AsyncIterable<Buffer>, ended: AbortSignal): Promise<void> {
  for await (const chunk of source) {
    if (ended.aborted || stream.write(chunk)) continue;
    await once(stream, "drain", { signal: ended }).catch(() => undefined);
  }
}
