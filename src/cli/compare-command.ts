import { basename } from "node:path";
import { readEvidence } from "../evidence/reader.ts";
import { renderComparison } from "../report/comparison.ts";
import { userPath } from "./user-path.ts";

/** `drill compare A B`: two pieces of evidence side by side, as Markdown on standard output. Nothing is run. */
export async function compareCommand(first: string, second: string): Promise<void> {
  const [a, b] = await Promise.all(
    [first, second].map(async (folder) => ({ folder, evidence: await readEvidence(userPath(folder)) })),
  );
  if (a === undefined || b === undefined) throw new TypeError("a comparison has two sides");
  const side = ({ folder, evidence }: typeof a) => ({ label: basename(folder), evidence, folder });
  process.stdout.write(renderComparison(side(a), side(b)));
}
