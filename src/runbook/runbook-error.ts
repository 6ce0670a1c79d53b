import { HarnessError } from "../harness-error.ts";

/** What is wrong with a document: exit status 65, with its name and where it is known the 1-based line. */
export function runbookError(
  code: string,
  file: string,
  line: number | undefined,
  message: string,
): HarnessError {
  return new HarnessError(`${line === undefined ? file : `${file}:${line}`}: ${message}`, {
    code,
    exitStatus: 65,
  });
}
