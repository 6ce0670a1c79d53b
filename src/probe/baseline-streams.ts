import { leastWritesPerSecond, toleratedFailuresPercent } from "../measurement/baseline.ts";
import type { BaselineFailure } from "../timeline/event.ts";
import type { StreamDefinition } from "../workload/ledger-entry.ts";

/** What the ledger says of one stream over the baseline. */
export interface StreamRate {
  readonly definition: StreamDefinition;
  /** Acknowledged requests per second. */
  readonly ratePerSecond: number;
  /** Share of requests that got anything but success, 0 to 1. */
  readonly failedShare: number;
}

/** What the requests before the fault leave to be desired; undefined when they are good. */
export function judgeStreams(
  streams: readonly StreamRate[],
): { readonly code: BaselineFailure; readonly detail: string } | undefined {
  for (const { definition, failedShare } of streams) {
    if (failedShare * 100 > toleratedFailuresPercent) {
      const percent = (failedShare * 100).toFixed(1);
      return {
        code: "requests-failing",
        detail: `${percent} % of ${definition.name} failed before the fault`,
      };
    }
  }
  for (const [store, rate] of writeRates(streams)) {
    if (!(rate >= leastWritesPerSecond)) {
      const detail = `${store} acknowledged ${rate.toFixed(1)} writes a second; ${leastWritesPerSecond} are needed`;
      return { code: "write-rate-too-low", detail };
    }
  }
  return undefined;
}

function writeRates(streams: readonly StreamRate[]): Map<string, number> {
  const rates = new Map<string, number>();
  for (const { definition, ratePerSecond } of streams) {
    const { store, operation } = definition;
    rates.set(store, (rates.get(store) ?? 0) + (operation === "write" ? ratePerSecond : 0));
  }
  return rates;
}
