import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectDirectory } from "../authoring/project-directory.ts";

/** 1-based number of the one line of a document of the project that is `text`, so that an item cites what asks for it. */
export function documentLine(file: string, text: string): number {
  const lines = readFileSync(join(projectDirectory, file), "utf8").split("\n");
  const found = lines.flatMap((line, index) => (line.trim() === text ? [index + 1] : []));
  const [line] = found;
  if (line === undefined || found.length > 1) {
    throw new TypeError(`${file} should have one line "${text}", and has ${found.length}`);
  }
  return line;
}
