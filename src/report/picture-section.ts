import type { Evidence } from "../evidence/evidence.ts";
import { faultEnd, isUndone } from "./fault-end.ts";
import { formatInterval, formatSeconds } from "./figures.ts";
import { blocks, codeSpan, escapeHtmlLine, table } from "./markdown.ts";
import type { PictureData } from "./picture-data.ts";

export const pictureFileNames = { light: "timeline-light.svg", dark: "timeline-dark.svg" } as const;

/** The picture for either of GitHub's themes, with a text that says the same and the figures as a table below it. */
export function pictureSection(evidence: Evidence, data: PictureData | undefined): string {
  if (data === undefined)
    return blocks("## Timeline", "No request was recorded, so there is nothing to draw.");
  return blocks("## Timeline", pictureElement(pictureDescription(evidence, data)), streamTable(evidence));
}

function pictureElement(description: string): string {
  return [
    "<picture>",
    `  <source media="(prefers-color-scheme: dark)" srcset="${pictureFileNames.dark}">`,
    `  <img src="${pictureFileNames.light}" alt="${escapeHtmlLine(description)}">`,
    "</picture>",
  ].join("\n");
}

/** What the picture says, in sentences. */
export function pictureDescription(evidence: Evidence, data: PictureData): string {
  const { measured } = evidence;
  const faultAt = measured.faultAtSeconds;
  const axis =
    data.origin === "fault"
      ? `Requests per second of each stream, from ${formatSeconds(-data.from)} before the fault to ${formatSeconds(data.to)} after it.`
      : "Requests per second of each stream since the run began; nothing was broken.";
  const faults = evidence.faults.map((fault) => {
    const over = faultEnd(fault, evidence);
    const end =
      over === null
        ? "in force to the end"
        : isUndone(fault)
          ? "undone when service was back"
          : `in force for ${formatSeconds(over - fault.calledAtSeconds)}`;
    return `${fault.name} was ${end}.`;
  });
  const streams = faultAt === null ? [] : measured.streams.map((stream) => streamSentence(stream, faultAt));
  const steps = evidence.steps
    .filter((step) => step.startedAtSeconds !== null)
    .map((step) => `Step ${step.id}, ${step.title}: ${step.outcome} in ${formatSeconds(step.seconds)}.`);
  return [axis, ...faults, ...streams, ...steps].join(" ");
}

function streamSentence(stream: Evidence["measured"]["streams"][number], faultAt: number): string {
  if (stream.firstFailureAtSeconds === null) return `${stream.stream} did not fail.`;
  const failed = `${stream.stream} failed from ${formatSeconds(stream.firstFailureAtSeconds - faultAt)} after the fault`;
  if (stream.returnedAtSeconds === null) return `${failed} and did not come back.`;
  const { from, to } = stream.returnedAtSeconds;
  return `${failed} and came back between ${formatInterval(from - faultAt, to - faultAt).replace(" to ", " and ")} after it.`;
}

function streamTable({ measured }: Evidence): string {
  const faultAt = measured.faultAtSeconds;
  if (faultAt === null || measured.streams.length === 0) return "";
  return table(
    ["requests", "kind", "first failure seen", "came back within", "successes that did not last"],
    measured.streams.map((stream) => [
      codeSpan(stream.stream),
      `${stream.operation}, ${stream.via === "application" ? "through the application" : "direct, diagnoses only"}`,
      stream.firstFailureAtSeconds === null ? "none" : formatSeconds(stream.firstFailureAtSeconds - faultAt),
      returned(stream, faultAt),
      stream.islands.map(({ from, to }) => formatInterval(from - faultAt, to - faultAt)).join(", "),
    ]),
    ["left", "left", "right", "right"],
  );
}

function returned(stream: Evidence["measured"]["streams"][number], faultAt: number): string {
  if (stream.returnedAtSeconds !== null) {
    return formatInterval(stream.returnedAtSeconds.from - faultAt, stream.returnedAtSeconds.to - faultAt);
  }
  return stream.firstFailureAtSeconds === null ? "never gone" : "**did not come back**";
}
