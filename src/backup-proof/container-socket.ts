import { Duplex, PassThrough } from "node:stream";
import type Docker from "dockerode";

/** A connection that has brought this much is closed: what a backup holds must not fill the harness's memory. */
const receivedAtMost = 256 * 2 ** 20;

/**
 * Stock programs of the image: a connection to the server's port on the container's own loopback, on standard input and output. It ends
 * when the server closes its side: what still waits for input then holds none of its output.
 */
const bridge =
  "exec 3<>/dev/tcp/127.0.0.1/$1 4<&0 || exit 1; cat <&4 >&3 2> /dev/null & exec 4<&- 0< /dev/null; exec cat <&3";

/**
 * A connection to the server in a container that has no network, for the driver to use as its socket: it goes through an exec of the
 * engine. No folder is shared with the container for it.
 */
export class ContainerSocket extends Duplex {
  /** As a socket's. */
  connecting = true;
  readonly #docker: Docker;
  readonly #containerId: string;
  readonly #port: number;
  #stream: Duplex | undefined;
  #received = 0;

  /** `port`: of the server; default PostgreSQL's. */
  constructor(docker: Docker, containerId: string, port = 5432) {
    super();
    this.#docker = docker;
    this.#containerId = containerId;
    this.#port = port;
  }

  /** As `net.Socket`'s; where to is not for the driver to say. */
  connect(): this {
    this.#open().then(
      () => {
        this.connecting = false;
        this.emit("connect");
      },
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
    return this;
  }

  // What the driver asks of a socket, and an exec has none of.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  override _read(): void {
    this.#stream?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#stream === undefined) done(new Error("the connection is not open"));
    else this.#stream.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#stream?.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stream?.destroy();
    done(error);
  }

  async #open(): Promise<void> {
    const exec = await this.#docker.getContainer(this.#containerId).exec({
      Cmd: ["bash", "-c", bridge, "bridge", String(this.#port)],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    this.#stream = stream;
    const received = new PassThrough();
    this.#docker.modem.demuxStream(stream, received, new PassThrough().resume());
    received.on("data", (chunk: Buffer) => {
      this.#received += chunk.length;
      if (this.#received > receivedAtMost)
        this.destroy(new Error("the server sent more than anything asked for"));
      else if (!this.push(chunk)) stream.pause();
    });
    stream.once("end", () => this.push(null));
    stream.once("close", () => this.destroy());
    stream.once("error", (error) => this.destroy(error));
  }
}
