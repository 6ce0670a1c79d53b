import { eventsOfKind } from "../measurement/events-of-kind.ts";
import type { ArchiverState, ArchivingObservation } from "../timeline/archiving-observation.ts";
import { counted, inSeconds, type Rule, type Rules } from "./rule.ts";

/** Finished WAL that the server itself does not get back. What the server believes stands beside it: it may know nothing of it. */
const walNotArchived: Rule = {
  find: ({ run }) =>
    eventsOfKind(run.events, "archiving-observed").flatMap((look) => {
      const { node, segments, settings } = look;
      const absent = segments.flatMap(({ segment, waitedSeconds, copies: [own] }) =>
        own === undefined || own.content === "same" ? [] : [{ segment, waitedSeconds, own }],
      );
      const [first] = absent;
      if (first === undefined) return [];
      const why =
        first.own.content === "different"
          ? "it has another content there"
          : first.own.detail || "it is not there";
      const waited = inSeconds(Math.max(...absent.map(({ waitedSeconds }) => waitedSeconds)));
      return [
        {
          message: `Expected WAL that ${node} finished to be in its archive, found ${absent.length} of ${counted(segments.length, "segment")} not to come back from it within ${waited} (${first.segment}: ${why}); archive_mode is ${settings.mode}, archive_command is ${settings.command === "" ? "empty" : `\`${settings.command}\``}, and pg_stat_archiver counts ${believed(look)}.`,
        },
      ];
    }),
};

function believed({ before, after }: ArchivingObservation): string {
  const since = (count: "archived" | "failed"): string => String(after[count] - before[count]);
  return `${since("archived")} archived and ${since("failed")} failed meanwhile${lastOf(after)}`;
}

function lastOf({ lastFailed }: ArchiverState): string {
  return lastFailed === undefined ? "" : ` (last failed: ${lastFailed})`;
}

/** An archive that only the server itself reaches is lost with it. */
const archiveGoesWithServer: Rule = {
  find: ({ run }) =>
    eventsOfKind(run.events, "archiving-observed").flatMap(({ node, segments }) => {
      const archived = segments.filter(({ copies: [own] }) => own?.content === "same");
      const others = [
        ...new Set(archived.flatMap(({ copies }) => copies.slice(1).map(({ service }) => service))),
      ];
      return others.flatMap((service) => {
        const absent = archived.flatMap(({ segment, copies }) => {
          const copy = copies.find((each) => each.service === service);
          return copy === undefined || copy.content === "same" ? [] : [{ segment, copy }];
        });
        const [first] = absent;
        if (first === undefined) return [];
        return [
          {
            message: `Expected ${service} to get the archived WAL of ${node}, which is needed when that is lost, found ${absent.length} of ${counted(archived.length, "archived segment")} not there for it (${first.segment}: ${first.copy.content === "different" ? "another content" : first.copy.detail}).`,
          },
        ];
      });
    }),
};

/** A second server that archives into the same place, or a copy that was opened by mistake, must not destroy what is there. */
const archiveOverwritten: Rule = {
  find: ({ run }) =>
    eventsOfKind(run.events, "archiving-observed").flatMap(({ node, overwrite }) => {
      if (overwrite === undefined || (overwrite.unchanged && overwrite.exitStatus !== 0)) return [];
      const { exitStatus, segment, unchanged } = overwrite;
      const found = unchanged
        ? "that it says it had archived it and kept the old one"
        : `that it ended with ${exitStatus} and ${segment} is no longer what it was`;
      return [
        {
          message: `Expected the archive_command of ${node} to refuse another content under the name of an archived segment, found ${found}.`,
        },
      ];
    }),
};

/** Whether finished WAL is where recovery looks for it. */
export const archivingRules = {
  "wal-not-archived": walNotArchived,
  "archive-goes-with-server": archiveGoesWithServer,
  "archive-overwritten": archiveOverwritten,
} as const satisfies Rules;
