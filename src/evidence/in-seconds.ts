/** Seconds for a number of milliseconds, to the microsecond: what a clock read through JavaScript is good for. */
export function inSeconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1e6;
}
