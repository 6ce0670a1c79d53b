import type { RetentionMeasurement } from "../measurement/retention.ts";
import type { Evidence } from "./evidence.ts";
import { inSeconds } from "./in-seconds.ts";

export function assembleRetention(looks: readonly RetentionMeasurement[]): Evidence["retention"] {
  return looks.map(({ observedAt, promise, backups }) => ({
    observedAtSeconds: inSeconds(observedAt),
    promisedSeconds: promise.seconds,
    promised: promise.of ?? "backups",
    source: { ...promise.source },
    backups: backups.map((backup) => ({
      ...backup,
      holds: !(
        (backup.due === "keep" && backup.found !== "whole") ||
        (backup.due === "delete" && backup.found !== "gone")
      ),
    })),
  }));
}
