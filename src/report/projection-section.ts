import { predict } from "../exposure/fit-line.ts";
import type { Projected, RestoreProjection } from "../exposure/project-restore-time.ts";
import { groupBySize } from "../exposure/restore-sample.ts";
import { formatBytes, formatInterval, formatSeconds, formatTarget } from "./figures.ts";
import { blocks, escapeHtmlLine, escapeText, table } from "./markdown.ts";

export const projectionFileNames = {
  light: "restore-time-light.svg",
  dark: "restore-time-dark.svg",
} as const;

const mebibyte = 1_048_576;

/** Restore time against size of the database: where the objective breaks, with a picture that says the same and its figures. */
export function projectionSection(projection: RestoreProjection): string {
  return blocks(
    "## Restore time by size",
    projectionSentences(projection).map(escapeText).join(" "),
    projection.samples.length === 0 ? "" : pictureElement(projectionDescription(projection)),
    sizeTable(projection),
    projection.kind === "projected" ? method(projection) : "",
  );
}

/** What the picture says, in sentences. */
export function projectionDescription(projection: RestoreProjection): string {
  const groups = groupBySize(projection.samples);
  const measured = groups.map(({ bytes, seconds }) => `${formatBytes(bytes)} in ${range(seconds)}`);
  return [
    `Measured restore times by size of the database, both on logarithmic axes, with the objective of ${formatTarget(projection.objectiveSeconds)} as a line: ${measured.join(", ")}.`,
    ...projectionSentences(projection),
  ].join(" ");
}

function projectionSentences(projection: RestoreProjection): string[] {
  return [
    projection.kind === "projected"
      ? breakingSentence(projection)
      : `Nothing is projected. ${projection.why}`,
    ...realSentences(projection),
  ];
}

function breakingSentence({ breaksAt, objectiveSeconds, limitBytes, largestBytes }: Projected): string {
  const target = formatTarget(objectiveSeconds);
  const limit = `${formatBytes(limitBytes)}, 20 times the largest size measured (${formatBytes(largestBytes)}), beyond which nothing is projected`;
  if (breaksAt === null) return `Restores do not reach ${target} before ${limit}.`;
  const { fromBytes, likelyBytes, toBytes } = breaksAt;
  if (fromBytes === 0) return `A restore may take ${target} or more at any size.`;
  const likely = likelyBytes === null ? "" : `, most likely at ${formatBytes(likelyBytes)}`;
  return toBytes === null
    ? `A restore may take ${target} from ${formatBytes(fromBytes)} on${likely}; that it does is not certain before ${limit}.`
    : `Restores reach ${target} between ${formatBytes(fromBytes)} and ${formatBytes(toBytes)}${likely}.`;
}

function realSentences(projection: RestoreProjection): string[] {
  const { real, objectiveSeconds } = projection;
  if (real === null) return [];
  if (real.kind === "not-predicted") {
    const isSaid = projection.kind !== "projected" && projection.why === real.why;
    return [
      `For the real size of ${formatBytes(real.bytes)} no time is given.${isSaid ? "" : ` ${real.why}`}`,
    ];
  }
  const answer = {
    yes: `under ${formatTarget(objectiveSeconds)}`,
    no: `not under ${formatTarget(objectiveSeconds)}`,
    undecided: `which may be under ${formatTarget(objectiveSeconds)} or not`,
  }[real.fits];
  return [
    `The real size of ${formatBytes(real.bytes)} would take ${formatSeconds(real.seconds)} (95 % of restores: ${formatInterval(real.lower, real.upper)}), ${answer}.`,
  ];
}

function pictureElement(description: string): string {
  return [
    "<picture>",
    `  <source media="(prefers-color-scheme: dark)" srcset="${projectionFileNames.dark}">`,
    `  <img src="${projectionFileNames.light}" alt="${escapeHtmlLine(description)}">`,
    "</picture>",
  ].join("\n");
}

function sizeTable(projection: RestoreProjection): string {
  const groups = groupBySize(projection.samples);
  if (groups.length === 0) return "";
  const line = (bytes: number): string[] => {
    if (projection.kind === "not-projected") return [];
    const { seconds, lower, upper } = predict(projection.fit, bytes);
    return [formatSeconds(seconds), formatInterval(Math.max(0, lower), upper)];
  };
  const head = ["size of the database", "runs", "measured"];
  const rows = groups.map(({ bytes, seconds }) => [
    formatBytes(bytes),
    String(seconds.length),
    range(seconds),
    ...line(bytes),
  ]);
  const { real } = projection;
  if (real?.kind === "predicted")
    rows.push([`${formatBytes(real.bytes)} (real size)`, "", "not measured", ...line(real.bytes)]);
  return table(projection.kind === "projected" ? [...head, "by the line", "95 % of restores"] : head, rows, [
    "right",
    "right",
    "right",
    "right",
    "right",
  ]);
}

function method({ fit }: Projected): string {
  const perMebibyte = (secondsPerByte: number): number => secondsPerByte * mebibyte;
  const { lower, upper } = fit.secondsPerByteInterval;
  return escapeText(
    `Least squares over ${String(fit.samples)} restores: ${formatSeconds(fit.interceptSeconds)} for any restore and ${formatSeconds(perMebibyte(fit.secondsPerByte))} for each MiB (95 % confidence: ${formatSeconds(perMebibyte(lower))} to ${formatSeconds(perMebibyte(upper))}); single restores scatter around the line by ${formatSeconds(fit.residualSeconds)}. The interval is that of one more restore (Student's t), and it holds as long as the line goes on and the scatter does not grow. It was measured on the machine of this run: production's is another one.`,
  );
}

function range(seconds: readonly number[]): string {
  const lower = Math.min(...seconds);
  const upper = Math.max(...seconds);
  return lower === upper ? formatSeconds(upper) : formatInterval(lower, upper);
}
