import { execa, type Options } from "execa";
import { HarnessError } from "../harness-error.ts";

export interface ProgramOptions {
  /** What the program is run for, in words that go after "Expected": `apt-get to install docker.io`. */
  readonly purpose: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Called with each line of its output. */
  readonly onLine?: (line: string) => void;
}

/** How much of a failed program's output goes into the one sentence about it. */
const linesInError = 3;

/**
 * Runs a program of the host for set-up, without standard input.
 *
 * @throws HarnessError 69, with the last lines that it printed, when it is missing, fails or takes too long.
 */
export async function runProgram(
  argv: readonly [string, ...string[]],
  options: ProgramOptions,
): Promise<void> {
  const [program, ...args] = argv;
  const lines: string[] = [];
  const execaOptions = {
    all: true,
    stdin: "ignore",
    reject: false,
    timeout: options.timeoutMs,
    env: { ...options.env },
  } satisfies Options;
  const child = execa(program, args, execaOptions);
  for await (const line of child.iterable({ from: "all" })) {
    if (line.trim() !== "") lines.push(line.trim());
    options.onLine?.(line);
  }
  const result = await child;
  if (!result.failed) return;
  const said = lines.slice(-linesInError).join(" / ") || result.shortMessage;
  throw new HarnessError(
    `Expected ${options.purpose}, but \`${argv.join(" ")}\` failed: ${said}; see to that and call again.`,
    {
      code: "set-up-program-failed",
      exitStatus: 69,
    },
  );
}
