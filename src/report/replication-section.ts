import type { Evidence } from "../evidence/evidence.ts";
import { formatSeconds } from "./figures.ts";
import { blocks, codeSpan, escapeText, table } from "./markdown.ts";

/** Whether what was written on a primary arrived on its replica; nothing where nobody looked. */
export function replicationSection({ replication }: Evidence): string {
  if (replication.length === 0) return "";
  return blocks(
    "## Replication",
    "Something was written on the primary, and waited for on the replica:",
    table(
      ["primary", "replica", "into the run", "arrived", "waited", "found"],
      replication.map(({ primary, replica, arrived, observedAtSeconds, waitedSeconds, detail }) => [
        codeSpan(primary),
        codeSpan(replica),
        formatSeconds(observedAtSeconds),
        arrived ? "yes" : "**no**",
        formatSeconds(waitedSeconds),
        escapeText(detail),
      ]),
      ["left", "left", "right", "left", "right"],
    ),
  );
}
