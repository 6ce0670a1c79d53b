import { createHash } from "node:crypto";

/** One line for a report that differs whenever a part does: what there is of each, and a digest of all sums. */
export function summarizeData(parts: readonly { readonly text: string; readonly sum: string }[]): string {
  const digest = createHash("sha256")
    .update(JSON.stringify(parts.map(({ text, sum }) => [text, sum])))
    .digest("hex");
  return `${parts.map(({ text }) => text).join(", ")} (digest ${digest.slice(0, 12)})`;
}
