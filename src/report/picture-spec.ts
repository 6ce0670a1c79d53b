import type { TopLevelSpec } from "vega-lite";
import type { PictureBar, PictureData } from "./picture-data.ts";
import type { PictureTheme } from "./picture-theme.ts";

type Layer = Record<string, unknown>;

const width = 640;
const streamHeight = 54;
const rowHeight = 20;
/** Characters of a row's name. */
const longestLabel = 40;
const legend = {
  success: "succeeded",
  failure: "failed",
  fault: "fault in force",
  recovery: "service came back in here",
};

/**
 * Requests per second of each stream over time, successes and failures stacked, and below them what happened: faults and steps as
 * bars. All share one axis of seconds.
 */
export function pictureSpec(data: PictureData, theme: PictureTheme): TopLevelSpec {
  const x = { type: "quantitative", scale: { domain: [data.from, data.to], nice: false, zero: false } };
  const hidden = { ...x, axis: { title: null, labels: false, ticks: false, grid: true } };
  const shown = {
    ...x,
    axis: {
      title: data.origin === "fault" ? "seconds since the fault" : "seconds since the run began",
      grid: true,
      tickCount: 12,
    },
  };
  const panels = data.streams.map((stream, index) => {
    const isLast = data.bars.length === 0 && index === data.streams.length - 1;
    return streamPanel(stream, data, isLast ? shown : hidden, theme);
  });
  if (data.bars.length > 0) panels.push(barPanel(data, shown, theme));
  // The types of Vega-Lite describe each mark on its own; these layers are put together from parts that they can't follow.
  return {
    background: theme.background,
    padding: 12,
    spacing: 10,
    vconcat: panels,
    config: configuration(theme),
    resolve: { scale: { color: "shared" } },
  } as unknown as TopLevelSpec;
}

/** What all pictures of a report have in common. */
export function configuration(theme: PictureTheme): Layer {
  const font = "Helvetica, Arial, 'DejaVu Sans', sans-serif";
  return {
    font,
    view: { stroke: theme.faint },
    axis: {
      labelColor: theme.text,
      titleColor: theme.text,
      gridColor: theme.faint,
      gridOpacity: 0.6,
      domainColor: theme.faint,
      tickColor: theme.faint,
      labelFontSize: 11,
      titleFontSize: 12,
      titleFontWeight: "normal",
    },
    title: {
      color: theme.text,
      fontSize: 12,
      fontWeight: "normal",
      anchor: "start",
      frame: "group",
      offset: 4,
    },
    legend: {
      labelColor: theme.text,
      labelFontSize: 12,
      orient: "top",
      direction: "horizontal",
      symbolType: "square",
      title: null,
      offset: 8,
      labelLimit: 0,
      symbolStrokeWidth: 0,
      columnPadding: 18,
    },
    range: { category: [theme.success, theme.failure, theme.fault, theme.recovery] },
  };
}

/** One scale for all panels, so that there is one legend. */
const color = {
  type: "nominal",
  scale: { domain: [legend.success, legend.failure, legend.fault, legend.recovery] },
  legend: { values: [legend.success, legend.failure, legend.fault, legend.recovery], symbolOpacity: 1 },
};

function streamPanel(
  stream: PictureData["streams"][number],
  data: PictureData,
  x: Layer,
  theme: PictureTheme,
): Layer {
  const highest = Math.max(
    1,
    ...stream.slices.map((slice) => slice.successesPerSecond + slice.failuresPerSecond),
  );
  const y = {
    type: "quantitative",
    title: "requests/s",
    scale: { domain: [0, highest * 1.3], nice: false },
    axis: { tickCount: 3, grid: false, titleFontSize: 10 },
  };
  const rows = stream.slices.flatMap((slice, index) => {
    const row = {
      at: rounded(slice.from),
      success: rounded(slice.successesPerSecond),
      total: rounded(slice.successesPerSecond + slice.failuresPerSecond),
      none: 0,
    };
    // A step ends only where another point follows.
    return index === stream.slices.length - 1 ? [row, { ...row, at: rounded(slice.to) }] : [row];
  });
  const area = (from: string, to: string, meaning: string): Layer => ({
    data: { values: rows },
    mark: { type: "area", interpolate: "step-after", opacity: 0.9, clip: true },
    encoding: {
      x: { ...x, field: "at" },
      y: { ...y, field: to },
      y2: { field: from },
      color: { ...color, datum: meaning },
    },
  });
  return {
    title: stream.title,
    width,
    height: streamHeight,
    layer: [
      ...bands(data, x),
      area("none", "success", legend.success),
      area("success", "total", legend.failure),
      ...marks(stream.recovery, x, theme),
    ],
  };
}

/** The fault as a shade behind everything. */
function bands(data: PictureData, x: Layer): Layer[] {
  return [
    {
      data: { values: data.faults.map(({ from, to }) => ({ from: rounded(from), to: rounded(to) })) },
      mark: { type: "rect", opacity: 0.4, clip: true },
      encoding: { x: { ...x, field: "from" }, x2: { field: "to" }, color: { ...color, datum: legend.fault } },
    },
  ];
}

/** The interval in which service came back, in front of everything; often thinner than a pixel, so it has an outline. */
function marks(recovery: PictureData["recovery"], x: Layer, theme: PictureTheme): Layer[] {
  if (recovery === undefined) return [];
  return [
    {
      data: { values: [{ from: rounded(recovery.from), to: rounded(recovery.to) }] },
      mark: { type: "rect", stroke: theme.recovery, strokeWidth: 1.5, clip: true },
      encoding: {
        x: { ...x, field: "from" },
        x2: { field: "to" },
        color: { ...color, datum: legend.recovery },
      },
    },
  ];
}

function barPanel(data: PictureData, x: Layer, theme: PictureTheme): Layer {
  const rows = data.bars.map((bar, index) => barRow(bar, index, data, theme));
  const y = {
    field: "row",
    type: "nominal",
    sort: null,
    title: null,
    scale: { domain: rows.map((row) => row.row), paddingInner: 0.35, paddingOuter: 0.2 },
    axis: {
      domain: false,
      ticks: false,
      labelLimit: 0,
      // Two steps may have the same title, so that the row's own name is its place.
      labelExpr: `${JSON.stringify(rows.map((row) => row.label))}[toNumber(datum.value)]`,
    },
  };
  return {
    width,
    height: rows.length * rowHeight,
    layer: [
      {
        data: { values: rows },
        mark: { type: "bar", clip: true, strokeWidth: 1.5 },
        encoding: {
          x: { ...x, field: "from" },
          x2: { field: "to" },
          y,
          fill: { field: "colour", type: "nominal", scale: null },
          stroke: { field: "colour", type: "nominal", scale: null },
        },
      },
      ...(["left", "right", "inside"] as const).map((side) => ({
        data: { values: rows.filter((row) => row.side === side) },
        mark: {
          type: "text",
          align: side === "left" ? "right" : "left",
          dx: side === "left" ? -5 : 5,
          fontSize: 11,
          color: side === "inside" ? theme.background : theme.text,
        },
        encoding: {
          x: { ...x, field: side === "right" ? "to" : "from" },
          y,
          text: { field: "note", type: "nominal" },
        },
      })),
    ],
  };
}

/** The note stands right of its bar; left of it, or in it, where there is no room. */
function barRow(bar: PictureBar, index: number, data: PictureData, theme: PictureTheme) {
  const span = data.to - data.from;
  const noteWidth = (bar.note.length * 6.2 + 10) / width;
  const hasRoomRight = (data.to - bar.to) / span > noteWidth;
  const hasRoomLeft = (bar.from - data.from) / span > noteWidth;
  return {
    row: String(index),
    label: bar.label.length > longestLabel ? `${bar.label.slice(0, longestLabel - 1)}…` : bar.label,
    from: rounded(Math.max(bar.from, data.from)),
    to: rounded(Math.min(bar.to, data.to)),
    colour: {
      fault: theme.fault,
      good: theme.success,
      bad: theme.failure,
      neutral: theme.neutral,
      recovery: theme.recovery,
    }[bar.kind],
    note: bar.note,
    side: hasRoomRight ? "right" : hasRoomLeft ? "left" : "inside",
  } as const;
}

/** Milliseconds are finer than any pixel, and keep the file small. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
