import type { Mechanism } from "./backup-promise.ts";
import { lineAt, type DocumentLine } from "./document-line.ts";
import { durationPattern, readDuration } from "./written-duration.ts";

const synchronous = /\bsynchronous_standby_names\s*[=:]\s*['"]?[^'"\s#]|(?<!a)\bsynchronous(?:ly)?\b(?!_)/i;
const lateApply = new RegExp(
  String.raw`\brecovery_min_apply_delay\b\W*(${durationPattern})|\b(?:delayed|lags?|behind|delay of)\b[^.;\d]{0,20}(${durationPattern})(?: on purpose| deliberately)?`,
  "i",
);

/** What a statement says of a replica: that it is waited for, that it stays behind on purpose. */
export function replicationDetails(mechanism: Mechanism, statement: DocumentLine): Mechanism {
  if (mechanism.kind !== "replication") return mechanism;
  const { text } = statement;
  const match = lateApply.exec(text);
  const isMeant =
    match !== null && (match[1] !== undefined || /\bdelayed\b|on purpose|deliberately/i.test(text));
  const seconds = isMeant ? readDuration(match[1] ?? match[2] ?? "") : undefined;
  return {
    ...mechanism,
    synchronous: mechanism.synchronous ?? (synchronous.test(text) ? lineAt(statement) : null),
    delay: mechanism.delay ?? (seconds === undefined ? null : { seconds, source: lineAt(statement) }),
  };
}
