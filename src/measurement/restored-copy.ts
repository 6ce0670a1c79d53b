import type { Instant, InstantInterval } from "../timeline/clock.ts";
import type { LedgerEntry, StoreKind } from "../workload/ledger-entry.ts";
import type { Reconciliation } from "./measurement.ts";
import { succeeded } from "./outage-failures.ts";
import type { PointInTime, PointInTimeInput, PointInTimeUndecided, WrittenRow } from "./point-in-time.ts";

/** The ledger held against what a restored server holds, whatever the one that it is a copy of still has. */
export interface RestoredReconciliation {
  readonly service: string;
  readonly reconciliation: Reconciliation;
  /** PostgreSQL: bytes that the database takes, indexes included. */
  readonly databaseBytes?: number;
  /** For a copy that was to be recovered to an instant: that instant, and what it and the original hold of the run. */
  readonly recovery?: Pick<PointInTimeInput, "target" | "copy"> & {
    readonly original: readonly WrittenRow[];
  };
}

export interface RestoredCopyInput extends Pick<
  RestoredReconciliation,
  "service" | "reconciliation" | "databaseBytes"
> {
  /** Writes to that store. */
  readonly writes: readonly LedgerEntry[];
  /** When the first step of the backup began: what was acknowledged by then has to be in it. Undefined where no backup was made. */
  readonly backupStartedAt?: Instant;
  /** When the backup was over: nothing that was sent later can come from it. Undefined where later writes may be in the copy. */
  readonly backupEndedAt?: Instant;
  readonly pointInTime?: PointInTime | PointInTimeUndecided;
}

/** What a backup brought back, told by the ledger. */
export interface RestoredCopy extends Pick<
  RestoredCopyInput,
  "service" | "reconciliation" | "databaseBytes" | "pointInTime"
> {
  readonly store: StoreKind;
  /** Acknowledged writes of the run that are in the copy. */
  readonly restored: number;
  /**
   * When the copy's snapshot was taken: not before the last restored write was sent, not after the first missing one was answered.
   * Undefined where that leaves nothing, because the copy is no state that the store ever had, and where nothing bounds it.
   */
  readonly snapshotAt?: InstantInterval;
  /** Acknowledged before the backup began, and not in the copy. */
  readonly missing: readonly LedgerEntry[];
  /** Sent after the backup was over, and in the copy: it has another source than the backup. */
  readonly foreign: readonly LedgerEntry[];
}

/**
 * Holds a restored copy against what clients were told. Writes that came after its snapshot are missing by right; a write that is
 * there although an earlier one is not (a gap of the reconciliation) shows a copy that is no one snapshot.
 */
export function measureRestoredCopy({
  service,
  reconciliation,
  writes,
  backupStartedAt = -Infinity,
  backupEndedAt = Infinity,
  databaseBytes,
  pointInTime,
}: RestoredCopyInput): RestoredCopy {
  const { store, lost } = reconciliation;
  const lostIds = new Set(lost.map(({ id }) => id));
  const restored = writes.filter((entry) => entry.id > 0 && succeeded(entry) && !lostIds.has(entry.id));
  const from = restored.reduce((last, { sentAt }) => Math.max(last, sentAt), -Infinity);
  const to = lost.reduce((first, { answeredAt }) => Math.min(first, answeredAt), Infinity);
  const isBounded = Number.isFinite(from) && Number.isFinite(to);
  return {
    service,
    reconciliation,
    store,
    restored: restored.length,
    ...(isBounded && from <= to ? { snapshotAt: { from, to } } : {}),
    ...(databaseBytes === undefined ? {} : { databaseBytes }),
    ...(pointInTime === undefined ? {} : { pointInTime }),
    missing: lost.filter(({ answeredAt }) => answeredAt < backupStartedAt),
    foreign: restored.filter(({ sentAt }) => sentAt > backupEndedAt),
  };
}

/** What a copy is called in findings: `postgres-test`, or `postgres-test at 2026-11-09 01:59:59+00`. */
export function copyName({
  service,
  target,
}: {
  readonly service: string;
  readonly target?: string;
}): string {
  return target === undefined ? service : `${service} at ${target}`;
}
