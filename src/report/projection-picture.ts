import type { TopLevelSpec } from "vega-lite";
import { predict } from "../exposure/fit-line.ts";
import type { RestoreProjection } from "../exposure/project-restore-time.ts";
import { formatBytes, formatTarget } from "./figures.ts";
import { configuration } from "./picture-spec.ts";
import type { PictureTheme } from "./picture-theme.ts";

type Layer = Record<string, unknown>;

const points = 120;

/** Restore time by size on logarithmic axes: what was measured, the line with its interval, the objective, the real size. */
export function projectionPicture(projection: RestoreProjection, theme: PictureTheme): TopLevelSpec {
  const domain = domains(projection);
  const x = {
    type: "quantitative",
    scale: { type: "log", domain: domain.bytes, nice: false },
    axis: {
      title: "size of the database",
      values: powers(domain.bytes, 4, 1_048_576),
      labelExpr: sizeLabel,
      grid: true,
      labelOverlap: true,
    },
  };
  const y = {
    type: "quantitative",
    scale: { type: "log", domain: domain.seconds, nice: false },
    axis: { title: "restore time", values: times, labelExpr: timeLabel, grid: true, labelOverlap: true },
  };
  // The types of Vega-Lite describe each mark on its own; these layers are put together from parts that they can't follow.
  return {
    background: theme.background,
    padding: 12,
    width: 640,
    height: 320,
    layer: [
      ...breakLayer(projection, x, theme),
      ...lineLayers(projection, domain, x, y, theme),
      ...target(projection, domain, x, y, theme),
      ...realSize(projection, x, y, theme),
      {
        data: { values: projection.samples.map(({ bytes, seconds }) => ({ bytes, seconds })) },
        mark: { type: "point", filled: true, size: 45, color: theme.text, opacity: 0.9 },
        encoding: { x: { ...x, field: "bytes" }, y: { ...y, field: "seconds" } },
      },
    ],
    config: configuration(theme),
  } as unknown as TopLevelSpec;
}

interface Domains {
  readonly bytes: readonly [number, number];
  readonly seconds: readonly [number, number];
}

/** Everything that was measured, where the objective breaks, and the real size; with a little room around. */
function domains(projection: RestoreProjection): Domains {
  const sizes = projection.samples.map(({ bytes }) => bytes);
  const seconds = projection.samples.map((sample) => sample.seconds);
  const { objectiveSeconds, real } = projection;
  const smallest = Math.min(...sizes);
  const last = projection.kind === "projected" ? projection.limitBytes : Math.max(...sizes) * 2;
  const largest = Math.max(last, real?.kind === "predicted" ? real.bytes : 0);
  const top = projection.kind === "projected" ? predict(projection.fit, largest).upper : 0;
  return {
    bytes: [smallest / 1.6, largest * 1.1],
    seconds: [Math.min(...seconds, objectiveSeconds) / 2, Math.max(...seconds, objectiveSeconds, top) * 1.5],
  };
}

/** From where a restore may be too long to where it surely is, as a shade behind everything. */
function breakLayer(projection: RestoreProjection, x: Layer, theme: PictureTheme): Layer[] {
  if (projection.kind === "not-projected" || projection.breaksAt === null) return [];
  const { breaksAt, limitBytes, samples } = projection;
  const from = Math.max(breaksAt.fromBytes, Math.min(...samples.map(({ bytes }) => bytes)) / 1.6);
  return [
    {
      data: { values: [{ from, to: breaksAt.toBytes ?? limitBytes }] },
      mark: { type: "rect", color: theme.failure, opacity: 0.3, clip: true },
      encoding: { x: { ...x, field: "from" }, x2: { field: "to" } },
    },
  ];
}

function lineLayers(
  projection: RestoreProjection,
  domain: Domains,
  x: Layer,
  y: Layer,
  theme: PictureTheme,
): Layer[] {
  if (projection.kind === "not-projected") return [];
  const { fit, limitBytes } = projection;
  const [from] = domain.bytes;
  const step = (limitBytes / from) ** (1 / (points - 1));
  const floor = domain.seconds[0];
  const rows = Array.from({ length: points }, (_, index) => {
    const bytes = from * step ** index;
    const { seconds, lower, upper } = predict(fit, bytes);
    // A logarithmic axis has no zero; below its floor nothing shows.
    const shown = (value: number): number => Number(Math.max(value, floor).toPrecision(7));
    return {
      bytes: Number(bytes.toPrecision(7)),
      seconds: shown(seconds),
      lower: shown(lower),
      upper: shown(upper),
    };
  });
  const at = { ...x, field: "bytes" };
  return [
    {
      data: { values: rows },
      mark: { type: "area", color: theme.success, opacity: 0.25, clip: true },
      encoding: { x: at, y: { ...y, field: "lower" }, y2: { field: "upper" } },
    },
    {
      data: { values: rows },
      mark: { type: "line", color: theme.success, strokeWidth: 1.5, clip: true },
      encoding: { x: at, y: { ...y, field: "seconds" } },
    },
  ];
}

function target(
  { objectiveSeconds }: RestoreProjection,
  domain: Domains,
  x: Layer,
  y: Layer,
  theme: PictureTheme,
): Layer[] {
  const [from, to] = domain.bytes;
  const ends = { from, to, seconds: objectiveSeconds, text: `objective ${formatTarget(objectiveSeconds)}` };
  return [
    {
      data: { values: [ends] },
      mark: { type: "rule", color: theme.failure, strokeWidth: 1.5, strokeDash: [6, 4] },
      encoding: { x: { ...x, field: "from" }, x2: { field: "to" }, y: { ...y, field: "seconds" } },
    },
    {
      data: { values: [ends] },
      mark: { type: "text", align: "left", dx: 6, dy: -8, fontSize: 11, color: theme.failure },
      encoding: {
        x: { ...x, field: "from" },
        y: { ...y, field: "seconds" },
        text: { field: "text", type: "nominal" },
      },
    },
  ];
}

function realSize({ real }: RestoreProjection, x: Layer, y: Layer, theme: PictureTheme): Layer[] {
  if (real?.kind !== "predicted") return [];
  const values = [
    {
      ...real,
      lower: Math.max(real.lower, real.seconds / 1000),
      text: `${formatBytes(real.bytes)} (real size)`,
    },
  ];
  return [
    {
      data: { values },
      mark: { type: "rule", color: theme.recovery, strokeWidth: 2.5, clip: true },
      encoding: { x: { ...x, field: "bytes" }, y: { ...y, field: "lower" }, y2: { field: "upper" } },
    },
    {
      data: { values },
      mark: { type: "point", shape: "diamond", filled: true, size: 90, color: theme.recovery },
      encoding: { x: { ...x, field: "bytes" }, y: { ...y, field: "seconds" } },
    },
    {
      data: { values },
      mark: { type: "text", align: "right", dx: -8, dy: -10, fontSize: 11, color: theme.recovery },
      encoding: {
        x: { ...x, field: "bytes" },
        y: { ...y, field: "seconds" },
        text: { field: "text", type: "nominal" },
      },
    },
  ];
}

/** Powers of `base` times `unit` within a domain. */
function powers([from, to]: readonly [number, number], base: number, unit: number): number[] {
  const first = Math.ceil(Math.log(from / unit) / Math.log(base));
  const last = Math.floor(Math.log(to / unit) / Math.log(base));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => unit * base ** (first + index));
}

/** As people count time. */
const times = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];

const timeLabel =
  "datum.value >= 3600 ? format(datum.value / 3600, '~g') + ' h' : datum.value >= 60 ? format(datum.value / 60, '~g') + ' min' : format(datum.value, '~g') + ' s'";

const sizeLabel =
  "datum.value >= 1099511627776 ? format(datum.value / 1099511627776, '~g') + ' TiB' : datum.value >= 1073741824 ? format(datum.value / 1073741824, '~g') + ' GiB' : datum.value >= 1048576 ? format(datum.value / 1048576, '~g') + ' MiB' : format(datum.value / 1024, '~g') + ' KiB'";
