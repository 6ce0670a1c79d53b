import { resolve } from "node:path";

/**
 * A path as the user meant it: relative to where they stood. npm changes to the project's folder before it runs a script and
 * leaves the user's in INIT_CWD.
 */
export function userPath(path: string): string {
  const stoodIn = process.env["npm_lifecycle_event"] === "drill" ? process.env["INIT_CWD"] : undefined;
  return resolve(stoodIn ?? process.cwd(), path);
}
