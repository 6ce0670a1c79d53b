import type { Instant, InstantInterval } from "../timeline/clock.ts";
import type { LedgerEntry, StoreKind } from "../workload/ledger-entry.ts";

/** One piece of the RTO; consecutive parts touch each other. */
export interface RtoPart {
  /** `detect`, `decide`, `step 2: Promote replica to primary`, `verify`, `return`. */
  readonly name: string;
  readonly seconds: number;
}

/**
 * Why a stream has no sustained run of successes. `no-requests`: nobody asked, so nobody knows. `no-baseline`: nothing to hold its
 * rate against. `still-failing`: it failed to the end. `too-short`: observation ended before the run had lasted long enough.
 * `too-slow`: under 80 % of the baseline's rate.
 */
export type MissingReturn = "no-requests" | "no-baseline" | "still-failing" | "too-short" | "too-slow";

/** Service from a client's view, for one stream of requests. */
export interface ServiceReturn {
  readonly stream: string;
  /** Start of the final sustained run of successes; undefined when there is none. */
  readonly returnedAt?: InstantInterval;
  /** Runs of success between the fault and the return that did not last. */
  readonly islands: readonly InstantInterval[];
  /** When the first failure of the outage was seen; undefined when the stream never failed. */
  readonly firstFailureAt?: Instant;
  /** Why there is no sustained run; undefined when there is one, or when the stream never failed and went on. */
  readonly missing?: MissingReturn;
  /** The same in words. */
  readonly detail?: string;
}

export interface RtoMeasurement {
  /** t₀ */
  readonly faultAt: Instant;
  readonly streams: readonly ServiceReturn[];
  /** The worst stream through the application. */
  readonly serviceReturnedAt?: InstantInterval;
  readonly verificationEndedAt?: Instant;
  /** Seconds between t₀ and recovery, as bounds; undefined when service did not return or nothing failed. */
  readonly intervalSeconds?: { readonly lower: number; readonly upper: number };
  /** Upper bound without documented delays. */
  readonly measuredSeconds?: number;
  /** Upper bound with documented delays that the run did not wait out. */
  readonly seconds?: number;
  readonly parts: readonly RtoPart[];
  /** When a probe or a client's failed request first showed the fault; undefined when nothing did. */
  readonly detectedAt?: Instant;
}

/** The ledger held against what a store holds. */
export interface Reconciliation {
  readonly store: StoreKind;
  readonly acknowledged: number;
  readonly rejected: number;
  readonly notSent: number;
  readonly indeterminate: number;
  readonly survivors: number;
  /** Acknowledged, and not found. Base data is left out: see `baseDataLost`. */
  readonly lost: readonly LedgerEntry[];
  /** Rejected or not sent, and found; or never in the ledger. */
  readonly phantoms: readonly { readonly id: number; readonly reason: string }[];
  readonly changedPayloads: readonly {
    readonly id: number;
    readonly expected: string;
    readonly found: string;
  }[];
  readonly duplicates: readonly { readonly id: number; readonly times: number }[];
  /** Data that was there before the run, and not found. */
  readonly baseDataLost: readonly number[];
  /** Lost before a survivor that was sent after it was answered, within one epoch. */
  readonly gaps: readonly { readonly lost: number; readonly survivor: number }[];
  /** Indeterminate, and found: the client never learned that they were applied. */
  readonly recoveredIndeterminate: number;
}

export interface RpoMeasurement {
  readonly store: StoreKind;
  /** Acknowledged writes lost at failover. */
  readonly lostWrites: number;
  /** 0 when nothing was lost; `Infinity` when loss reaches the first write or the data before the run. */
  readonly seconds: number;
  /** What was watched: from the first acknowledged write to t₀ or the last lost one. `Infinity` reads `≥ windowSeconds`. */
  readonly windowSeconds?: number;
  readonly firstLost?: LedgerEntry;
  readonly lastLost?: LedgerEntry;
}
