/**
 * Why the program ended, by its exit status (sysexits(3) where it has one).
 *
 * 64 bad usage, 65 input that is not what it should be, 69 the environment lacks something, 70 a defect of the harness.
 */
export type ErrorExitStatus = 64 | 65 | 69 | 70;

export interface HarnessErrorOptions {
  /** Stable name for programs, in kebab-case, for instance `runbook-not-found`. */
  readonly code: string;
  readonly exitStatus: ErrorExitStatus;
  readonly cause?: unknown;
}

/**
 * The one error class of the harness. Its message is a single sentence: what was expected, what was found, what to do.
 * A missed objective is never an error: it is a verdict.
 */
export class HarnessError extends Error {
  override readonly name = "HarnessError";
  readonly code: string;
  readonly exitStatus: ErrorExitStatus;

  constructor(message: string, options: HarnessErrorOptions) {
    super(message, { cause: options.cause });
    this.code = options.code;
    this.exitStatus = options.exitStatus;
  }
}
