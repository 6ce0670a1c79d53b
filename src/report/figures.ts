/** `0.048 s`, `8.42 s`, `18.4 s`, `305 s` */
export function formatSeconds(seconds: number): string {
  return `${formatNumber(seconds)} s`;
}

/** Seconds of a target, and the minutes or hours a person thinks of: `900 s (15 min)`. */
export function formatTarget(seconds: number): string {
  if (seconds >= 3600 && seconds % 3600 === 0)
    return `${formatCount(seconds)} s (${String(seconds / 3600)} h)`;
  if (seconds >= 60 && seconds % 60 === 0) return `${formatCount(seconds)} s (${String(seconds / 60)} min)`;
  return formatSeconds(seconds);
}

/** `1,543` */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** `1 write`, `2 writes`, `no write` */
export function countOf(count: number, noun: string): string {
  if (count === 0) return `no ${noun}`;
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `0.195 %` */
export function formatShare(share: number): string {
  return `${formatNumber(share * 100)} %`;
}

/** Both bounds with the digits that tell them apart: `4.35 to 4.41 s`. */
export function formatInterval(lower: number, upper: number): string {
  if (lower === upper) return formatSeconds(upper);
  const width = upper - lower;
  const digits = Math.min(3, Math.max(2, 1 - Math.floor(Math.log10(width))));
  return `${lower.toFixed(digits)} to ${upper.toFixed(digits)} s`;
}

/** Bytes as people say them: `7.7 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return power === 0
    ? `${formatCount(bytes)} bytes`
    : `${(bytes / 1024 ** power).toFixed(1)} ${units[power] ?? ""}`;
}

/** Below a second three decimals, then three digits, then whole numbers; what is smaller than that with two digits. */
function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.001) return String(Number(value.toPrecision(2)));
  if (size < 1) return value.toFixed(3);
  if (size < 10) return value.toFixed(2);
  return size < 100 ? value.toFixed(1) : formatCount(Math.round(value));
}

/** `+4.2`, `-4.2`, `0`: a slope with its sign. */
export function formatNumberPerSecond(slope: number): string {
  return slope > 0 ? `+${formatNumber(slope)}` : formatNumber(slope);
}
