import type { LedgerEntry } from "../workload/ledger-entry.ts";

/** Success from the client's view. */
export function succeeded({ outcome }: LedgerEntry): boolean {
  return outcome === "acknowledged" || outcome === "acknowledged-unreplicated";
}

const windowMs = 1_000;
/** Failures, in percent of a window's requests, above which the window is part of an outage. */
const toleratedPercent = 1;

/**
 * Which requests failed as part of an outage: those inside any one-second window of sends, wherever it begins, with under 99 %
 * success. A stray failure all of whose windows have 99 % success is none. Windows reach neither before the first send nor beyond
 * the last; fewer sends than a second holds are one window.
 *
 * @param requests one stream's, sorted by `sentAt`.
 * @returns their positions in `requests`, rising.
 */
export function outageFailures(requests: readonly LedgerEntry[]): number[] {
  const sent = requests.map((request) => request.sentAt);
  const failed = requests.map((request) => !succeeded(request));
  const found: number[] = [];
  let low = 0;
  let high = 0;
  let failures = 0;
  let judgedUpTo = 0;
  const judgeWindow = (): void => {
    if (failures * 100 <= toleratedPercent * (high - low)) return;
    for (let position = Math.max(low, judgedUpTo); position < high; position += 1) {
      if (failed[position] === true) found.push(position);
    }
    judgedUpTo = high;
  };
  const take = (): void => {
    if (failed[high] === true) failures += 1;
    high += 1;
  };
  const drop = (): void => {
    if (failed[low] === true) failures -= 1;
    low += 1;
  };
  const at = (position: number): number => sent[position] ?? Infinity;

  while (at(high) < at(0) + windowMs) take();
  judgeWindow();
  // Slide: what the window holds changes only where its start passes a send or its end reaches one.
  while (high < requests.length) {
    const next = Math.min(at(low), at(high) - windowMs);
    while (low < high && at(low) <= next) drop();
    while (high < requests.length && at(high) - windowMs <= next) take();
    judgeWindow();
  }
  return found;
}
