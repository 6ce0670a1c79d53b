import type Docker from "dockerode";
import { HarnessError } from "../harness-error.ts";
import { ContainerSession, type SessionAnswer } from "./container-session.ts";
import { failureDetail } from "./failure-detail.ts";
import {
  digestFiles,
  listFiles,
  parseFileStatuses,
  parseSha256Sums,
  type FileStatus,
} from "./file-status.ts";

/** How long listing and digesting may take, in milliseconds. */
const listDeadlineMs = 5_000;
const digestDeadlineMs = 60_000;

/** How often a look is taken again that files changed under, or whose shell was killed, before it counts as failed. */
const attempts = 3;

/**
 * The files of the checkout by digest, each time as they are. A file is read again only when its status says that it may have
 * changed. A command that kills what looks makes the next look slower and never wrong.
 */
export class CheckoutFiles implements AsyncDisposable {
  readonly #docker: Docker;
  readonly #operator: { readonly containerId: string; readonly checkout: string };
  readonly #known = new Map<string, { readonly version: string; readonly sha256: string }>();
  #session: ContainerSession | undefined;

  constructor(docker: Docker, operator: { readonly containerId: string; readonly checkout: string }) {
    this.#docker = docker;
    this.#operator = operator;
  }

  /**
   * Relative path to sha-256, one look at a time.
   *
   * @throws HarnessError 70 when the checkout can't be read.
   */
  async read(): Promise<Readonly<Record<string, string>>> {
    let failure: unknown;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      try {
        const looked = await this.#look();
        if ("files" in looked) return looked.files;
        failure = looked.failed;
      } catch (error) {
        failure = error;
        await this.#closeSession();
      }
    }
    throw new HarnessError(
      `Expected to read the files of ${this.#operator.checkout} in the operator, but that failed (${failureDetail(failure)}); see its log.`,
      { code: "checkout-not-readable", exitStatus: 70, cause: failure },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closeSession();
  }

  /** Fails when a program that looks was killed, or a file went between being listed and being read. */
  async #look(): Promise<{ readonly files: Readonly<Record<string, string>> } | { readonly failed: Error }> {
    const { exitStatus, stdout, stderr } = await this.#ask(listFiles, listDeadlineMs);
    if (exitStatus !== 0) return { failed: new Error(`exit status ${exitStatus}: ${stderr.trim()}`) };
    const listed = parseFileStatuses(stdout);
    const isKnown = ({ path, version, settled }: FileStatus): boolean =>
      settled && this.#known.get(path)?.version === version;
    const sums = await this.#digest(listed.filter((status) => !isKnown(status)));
    const files: Record<string, string> = {};
    for (const status of listed) {
      const { path, version, settled } = status;
      const sha256 = isKnown(status) ? this.#known.get(path)?.sha256 : sums.get(path);
      if (sha256 === undefined) return { failed: new Error(`${path} has no digest`) };
      files[path] = sha256;
      // What may still change under the same status has to be read again next time.
      if (settled) this.#known.set(path, { version, sha256 });
      else this.#known.delete(path);
    }
    return { files };
  }

  async #digest(files: readonly FileStatus[]): Promise<ReadonlyMap<string, string>> {
    if (files.length === 0) return new Map();
    const inodes = [...new Set(files.map(({ inode }) => inode))];
    return parseSha256Sums((await this.#ask(digestFiles(inodes), digestDeadlineMs)).stdout);
  }

  async #ask(script: string, deadlineMs: number): Promise<SessionAnswer> {
    const { containerId, checkout } = this.#operator;
    this.#session ??= await ContainerSession.open(this.#docker, containerId, [checkout]);
    return this.#session.ask(`cd -- "$1" && ${script}`, deadlineMs);
  }

  async #closeSession(): Promise<void> {
    await this.#session?.[Symbol.asyncDispose]();
    this.#session = undefined;
  }
}
