import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { WriteStream } from "node:fs";
import { HarnessError } from "../harness-error.ts";
import type { LedgerEntry } from "./ledger-entry.ts";
import { encodeEntry, encodeHeader, encodeTrailer } from "./ledger-format.ts";
import type { LedgerHeader } from "./ledger-format.ts";

/** How long an entry may wait for others to share a write with. What a kill of the process can lose is the last such span. */
const batchMs = 4;
const batchCharacters = 64 * 1024;

/**
 * Appends to a new ledger file. What it handed to the operating system is safe from any death of this process; only its last line
 * may be cut.
 */
export class LedgerWriter {
  #pending = "";
  #timer: NodeJS.Timeout | undefined;
  #entries = 0;
  #failure: HarnessError | undefined;
  readonly #file: WriteStream;
  readonly #streamIndex: ReadonlyMap<string, number>;
  readonly #onFailure: (error: HarnessError) => void;

  private constructor(
    file: WriteStream,
    header: LedgerHeader,
    path: string,
    onFailure: (error: HarnessError) => void,
  ) {
    this.#file = file;
    this.#streamIndex = new Map(header.streams.map((stream, index) => [stream.name, index]));
    this.#onFailure = onFailure;
    file.on("error", (cause) => this.#fail(path, cause));
    this.#write(encodeHeader(header));
  }

  /**
   * Creates the file; one that exists is never written over.
   *
   * @param onFailure called once when the file can't be written any more: the run's figures are void then.
   */
  static async create(
    path: string,
    header: LedgerHeader,
    onFailure: (error: HarnessError) => void,
  ): Promise<LedgerWriter> {
    const file = createWriteStream(path, { flags: "wx", mode: 0o600, encoding: "latin1" });
    try {
      await once(file, "open");
    } catch (cause) {
      throw ledgerUnwritable(path, cause);
    }
    return new LedgerWriter(file, header, path, onFailure);
  }

  get entries(): number {
    return this.#entries;
  }

  append(entry: LedgerEntry): void {
    const streamIndex = this.#streamIndex.get(entry.stream);
    if (streamIndex === undefined) {
      throw new HarnessError(`The ledger expects a stream of its header, and got "${entry.stream}".`, {
        code: "ledger-unknown-stream",
        exitStatus: 70,
      });
    }
    this.#entries += 1;
    this.#pending += encodeEntry(entry, streamIndex);
    if (this.#pending.length >= batchCharacters) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), batchMs);
  }

  /** Writes what is left and the trailer, which says that the ledger is complete up to `endsAt`. */
  async close(endsAt: number): Promise<void> {
    this.#flush();
    this.#write(encodeTrailer(this.#entries, endsAt));
    await new Promise<void>((resolve) => {
      this.#file.once("close", resolve);
      this.#file.end();
      if (this.#file.closed) resolve();
    });
    if (this.#failure !== undefined) throw this.#failure;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending === "") return;
    this.#write(this.#pending);
    this.#pending = "";
  }

  #write(text: string): void {
    if (this.#failure === undefined) this.#file.write(text, "latin1");
  }

  #fail(path: string, cause: unknown): void {
    this.#failure ??= ledgerUnwritable(path, cause);
    this.#onFailure(this.#failure);
  }
}

function ledgerUnwritable(path: string, cause: unknown): HarnessError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new HarnessError(
    `The ledger must be written to ${path}, which failed (${why}): choose a new, writable folder with space left.`,
    { code: "ledger-unwritable", exitStatus: 69, cause },
  );
}
