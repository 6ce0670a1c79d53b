import type { Evidence } from "../evidence/evidence.ts";
import { formatSeconds } from "./figures.ts";
import { blocks, codeSpan, escapeText, table } from "./markdown.ts";

type Look = Evidence["archiving"][number];
type Copy = Look["segments"][number]["copies"][number];

/** Whether finished WAL came back from the archive; nothing where nobody looked. */
export function archivingSection({ archiving }: Evidence): string {
  if (archiving.length === 0) return "";
  return blocks("## Archived WAL", ...archiving.map(look));
}

function look({ node, settings, observedAtSeconds, before, after, segments, overwrite }: Look): string {
  const services = segments[0]?.copies.map(({ service }) => service) ?? [];
  return blocks(
    `${codeSpan(node)} finished ${String(segments.length)} segments under load, and its archive was asked for them until ${formatSeconds(observedAtSeconds)} into the run:`,
    table(
      ["segment", "waited", ...services.map((service) => `fetched by ${escapeText(service)}`)],
      segments.map(({ segment, waitedSeconds, copies }) => [
        codeSpan(segment),
        formatSeconds(waitedSeconds),
        ...services.map((service) => found(copies.find((copy) => copy.service === service))),
      ]),
      ["left", "right"],
    ),
    [
      `- archive_mode ${codeSpan(settings.mode)}, archive_command ${codeSpan(settings.command)}, archive_timeout ${settings.timeoutSeconds === 0 ? "off: a segment leaves only when it is full" : formatSeconds(settings.timeoutSeconds)}`,
      `- pg_stat_archiver meanwhile: ${String(after.archived - before.archived)} archived, ${String(after.failed - before.failed)} failed${after.lastFailed === null ? "" : `, last failed ${codeSpan(after.lastFailed)}`}`,
      `- another content under the name of an archived segment: ${attempt(overwrite)}`,
    ].join("\n"),
  );
}

const contentWords: Readonly<Record<Copy["content"], string>> = {
  same: "what was written",
  different: "**another content**",
  none: "**nothing**",
};

function found(copy: Copy | undefined): string {
  if (copy === undefined) return "";
  return `${contentWords[copy.content]}${copy.detail === "" ? "" : `: ${escapeText(copy.detail)}`}`;
}

function attempt(overwrite: Look["overwrite"]): string {
  if (overwrite === null) return "not tried, for no segment had arrived";
  const { exitStatus, unchanged, detail } = overwrite;
  if (unchanged && exitStatus !== 0)
    return `refused (exit status ${String(exitStatus)}: ${escapeText(detail)})`;
  return unchanged
    ? "**dropped in silence** (exit status 0, and the old one is still there)"
    : `**accepted** (exit status ${String(exitStatus)}, and the old one is gone)`;
}
