import type { StreamDefinition } from "../workload/ledger-entry.ts";
import type { WorkloadStats } from "../workload/workload-options.ts";
import type { Load } from "./run-observer.ts";

/** Makes of each set of live figures what a person watches: rates, and for how long requests through the application have failed. */
export function followLoad(streams: readonly StreamDefinition[]): (stats: WorkloadStats) => Load {
  const application = new Set(
    streams.filter((stream) => stream.via === "application").map((stream) => stream.name),
  );
  let failingSince: number | undefined;
  return (stats) => {
    const failing = stats.streams.some(
      (stream) =>
        application.has(stream.stream) &&
        stream.lastFailureSentAt !== undefined &&
        stream.succeedingSince === undefined,
    );
    failingSince = failing ? (failingSince ?? stats.at) : undefined;
    return {
      successesPerSecond: sum(stats.streams.map((stream) => stream.acknowledgedPerSecond)),
      failuresPerSecond: sum(stats.streams.map((stream) => stream.failedPerSecond)),
      ...(failingSince === undefined ? {} : { outageSeconds: (stats.at - failingSince) / 1000 }),
    };
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
