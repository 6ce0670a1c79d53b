import type { Mechanism } from "../backup-promise.ts";

/** What matters of a mechanism, short enough for a table of expectations. */
export function summary({ kind, store, schedule, retention, storage, encryption }: Mechanism) {
  const is = schedule?.is;
  return {
    what: `${kind} of ${store}`,
    every: is?.kind === "interval" ? is.seconds : (is?.kind ?? null),
    kept: retention?.seconds ?? null,
    places: [...new Set(storage.map(({ place }) => place))].join(" "),
    cipher: encryption?.algorithm ?? null,
  };
}
