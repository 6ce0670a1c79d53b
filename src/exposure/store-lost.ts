import type { BackupPromises, Mechanism, StoredAt } from "./backup-promise.ts";
import type { Observed } from "./coverage.ts";
import type { WorstCaseRow } from "./worst-case-loss.ts";
import { capitalised, linesOf, sayDuration, sayLines, sayMechanism } from "./wording.ts";

/**
 * With the store of the backups no live data goes: what is lost is the way back, until the next backup is complete. A row for each
 * store whose backups are described.
 */
export function storeLost({ mechanisms }: BackupPromises, observed: Observed): WorstCaseRow[] {
  return (["database", "redis"] as const).flatMap((store) => {
    const copies = mechanisms.filter(
      (each) => each.store === store && each.kind !== "replication" && each.kind !== "wal-archive",
    );
    return copies.length === 0 ? [] : [rowOf(store, copies, observed)];
  });
}

function rowOf(store: "database" | "redis", copies: readonly Mechanism[], observed: Observed): WorstCaseRow {
  const places = distinctPlaces(copies);
  const [soonest] = copies
    .filter(({ schedule }) => schedule?.is.kind === "interval")
    .sort((a, b) => intervalOf(a) - intervalOf(b));
  const until =
    soonest === undefined
      ? "until a backup is made of which the document does not say when"
      : `for up to ${sayDuration(intervalOf(soonest) + (observed.backupSeconds?.[store] ?? 0))}, until ${sayMechanism(soonest)} has been made again`;
  return {
    disaster: "backup-store-lost",
    store,
    coveredBy: null,
    loss: "bounded",
    lossSeconds: 0,
    isAtLeast: false,
    promise: "holds",
    sentence: `${capitalised("nothing that is live goes with the backups")}; ${until}, damage to the live data can't be undone. ${sayPlaces(places)}`,
    lines: linesOf(...copies.map(({ source }) => source), ...places.map(({ source }) => source)),
    others: [],
  };
}

function sayPlaces(places: readonly StoredAt[]): string {
  const [only, ...more] = places.map(({ text, source }) => `${text} (${sayLines(source)})`);
  if (only === undefined) return "Where the backups lie the document does not say.";
  return more.length === 0
    ? `All backups lie in one place, ${only}.`
    : `Backups lie in ${[only, ...more].join(" and ")}.`;
}

function intervalOf({ schedule }: Mechanism): number {
  return schedule?.is.kind === "interval" ? schedule.is.seconds : Infinity;
}

/** A bucket that is named twice is one place. */
function distinctPlaces(copies: readonly Mechanism[]): StoredAt[] {
  const storage = copies
    .flatMap((copy) => copy.storage)
    .filter(({ place }) => place !== "unknown" && place !== "nowhere");
  return storage.filter(({ place }, index) => storage.findIndex((each) => each.place === place) === index);
}
