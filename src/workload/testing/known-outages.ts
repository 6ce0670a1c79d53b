import { setTimeout as pause } from "node:timers/promises";
import type { Proxy } from "toxiproxy-node-client";
import type { InstantInterval, RunClock } from "../../timeline/clock.ts";
import type { LedgerEntry } from "../ledger-entry.ts";

/** An outage whose end is known, as far as a call to Toxiproxy takes no time. */
export interface KnownOutage {
  /** Around the call that cut the link. */
  readonly cutAt: InstantInterval;
  /** Around the call that brought it back. */
  readonly backAt: InstantInterval;
  /** When the next outage may have begun. */
  readonly watchedUntil: number;
}

export interface OutagePlan {
  readonly count: number;
  readonly shortestMs: number;
  readonly longestMs: number;
  /** Undisturbed time after each. */
  readonly restMs: number;
}

/** Cuts a link and brings it back, again and again; no outage is as long as another. */
export async function injectOutages(proxy: Proxy, clock: RunClock, plan: OutagePlan): Promise<KnownOutage[]> {
  const { listen, upstream } = proxy;
  async function setEnabled(enabled: boolean): Promise<InstantInterval> {
    const from = clock.now();
    await proxy.update({ enabled, listen, upstream });
    return { from, to: clock.now() };
  }
  const outages: KnownOutage[] = [];
  for (let index = 0; index < plan.count; index += 1) {
    const share = plan.count === 1 ? 0 : index / (plan.count - 1);
    const cutAt = await setEnabled(false);
    await pause(plan.shortestMs + share * (plan.longestMs - plan.shortestMs));
    const backAt = await setEnabled(true);
    await pause(plan.restMs);
    outages.push({ cutAt, backAt, watchedUntil: clock.now() });
  }
  return outages;
}

/** What one outage's requests say of its end: [last failure sent, first success answered after it]. */
export function recoveryBounds(
  entries: readonly Pick<LedgerEntry, "sentAt" | "answeredAt" | "outcome">[],
  outage: KnownOutage,
): InstantInterval | undefined {
  // What was answered later may have met the next outage.
  const during = entries.filter(
    ({ answeredAt }) => answeredAt >= outage.cutAt.from && answeredAt < outage.watchedUntil,
  );
  const isSuccess = ({ outcome }: Pick<LedgerEntry, "outcome">): boolean => outcome === "acknowledged";
  const failures = during.filter((entry) => !isSuccess(entry)).map(({ sentAt }) => sentAt);
  if (failures.length === 0) return undefined;
  const from = Math.max(...failures);
  const successes = during
    .filter((entry) => isSuccess(entry) && entry.answeredAt > from)
    .map((entry) => entry.answeredAt);
  return successes.length === 0 ? undefined : { from, to: Math.min(...successes) };
}

/** The truth is itself only known to lie within the call that brought the link back. */
export function holdsTruth(bounds: InstantInterval, outage: KnownOutage): boolean {
  return bounds.from <= outage.backAt.to && bounds.to >= outage.backAt.from;
}
