import type { Baseline } from "../timeline/event.ts";

export interface ExposureItem {
  readonly name: string;
  readonly value: string;
  /** What it was read from. */
  readonly source: string;
}

/** The worst case that the observed lag implies, whatever one run happened to lose. */
export interface Exposure {
  /** Null: lag is known in bytes only, and bytes are no seconds. */
  readonly rpoSeconds: number | null;
  /** Some replica falls behind without end: a later fault loses more, and nothing bounds it. */
  readonly unbounded: boolean;
  readonly items: readonly ExposureItem[];
}

/** A replica that would fall behind by this much in a minute is falling behind; less is the noise of sampling. */
const growingBytesPerMinute = 1_048_576;

/** From the lag of each replica before the fault and its slope. */
export function exposureFromLag({ lag }: Baseline): Exposure {
  const replicas = Object.entries(lag);
  return {
    rpoSeconds: null,
    unbounded: replicas.some(([, { slopeBytesPerSecond }]) => isGrowing(slopeBytesPerSecond)),
    items: replicas.map(([replica, { bytes, slopeBytesPerSecond }]) => ({
      name: `lag of ${replica}`,
      value: `${Math.round(bytes)} bytes, ${
        isGrowing(slopeBytesPerSecond)
          ? `growing by ${Math.round(slopeBytesPerSecond)} bytes a second`
          : "growing by less than 1 MiB a minute, if at all"
      }`,
      source: "replication state before the fault",
    })),
  };
}

function isGrowing(slopeBytesPerSecond: number): boolean {
  return slopeBytesPerSecond * 60 >= growingBytesPerMinute;
}
