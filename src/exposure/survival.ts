import type { Mechanism, StoredAt } from "./backup-promise.ts";
import { sayLines } from "./wording.ts";

/** Whether a copy outlives the server that was copied. */
export function survives(
  storage: readonly StoredAt[],
): { readonly covers: "yes" } | { readonly covers: "no" | "unclear"; readonly because: string } {
  if (storage.some(({ place }) => place === "object-store" || place === "remote" || place === "git"))
    return { covers: "yes" };
  const here = storage.find(
    ({ place }) => place === "same-volume" || place === "same-host" || place === "nowhere",
  );
  if (here !== undefined) {
    const why =
      here.place === "nowhere"
        ? "keeps nothing"
        : `lies in ${here.text} on the server itself and goes with it`;
    return { covers: "no", because: `${why} (${sayLines(here.source)})` };
  }
  const folder = storage.find(({ place }) => place === "path");
  return {
    covers: "unclear",
    because:
      folder === undefined
        ? "where it is kept could not be read"
        : `the document does not say on which machine ${folder.text} is (${sayLines(folder.source)})`,
  };
}

/** What is kept for less than the time between two of it leaves times without any. */
export function isGoneBeforeTheNext({ retention, schedule }: Mechanism): boolean {
  return retention !== null && schedule?.is.kind === "interval" && retention.seconds < schedule.is.seconds;
}
