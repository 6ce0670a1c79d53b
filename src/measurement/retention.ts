import type { Instant } from "../timeline/clock.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import type { InheritedBackup, KeptBackup, RetentionPromise } from "../timeline/inherited-backup.ts";
import { eventsOfKind } from "./events-of-kind.ts";

/** What a place shows of a backup: `hidden`, nothing that a restore finds, and yet its content is there. */
export type Found = "whole" | "incomplete" | "hidden" | "gone";

/** One backup in one place, held against what was promised. */
export interface RetainedBackup {
  readonly backup: string;
  readonly place: string;
  /** When the followed procedure was over. */
  readonly ageSeconds: number;
  readonly good: boolean;
  /** The newest good one that there was: it stays at whatever age. */
  readonly isLastGood: boolean;
  /** `either`: the promise says nothing of a failed backup before its time, nor of one whose time came while the run went on. */
  readonly due: "keep" | "delete" | "either";
  readonly found: Found;
}

/** One look at what was kept. */
export interface RetentionMeasurement {
  readonly observedAt: Instant;
  readonly promise: RetentionPromise;
  readonly backups: readonly RetainedBackup[];
}

/** Holds each look at inherited backups against the promise. Nothing where the run has no look, or nobody promised anything. */
export function measureRetention(events: readonly TimelineEvent[]): RetentionMeasurement[] {
  return eventsOfKind(events, "kept-observed").flatMap(({ at, seq, clock, kept }) => {
    const before = eventsOfKind(events, "backups-inherited").filter((event) => event.seq < seq);
    const last = before.at(-1);
    if (last?.promise === undefined) return [];
    const inherited = before.flatMap(({ backups }) => backups);
    const { promise } = last;
    return [
      {
        observedAt: at,
        promise,
        backups: kept.flatMap((copy) => retained(copy, inherited, { promise, from: last.clock, to: clock })),
      },
    ];
  });
}

/** Between `from` and `to` the procedure was followed. */
interface Window {
  readonly promise: RetentionPromise;
  readonly from: number;
  readonly to: number;
}

function retained(copy: KeptBackup, inherited: readonly InheritedBackup[], window: Window): RetainedBackup[] {
  const backup = inherited.find(({ name }) => name === copy.backup);
  if (backup === undefined) return [];
  const { good, madeAt, name } = backup;
  const isLastGood = good && !inherited.some((other) => other.good && other.madeAt > madeAt);
  return [
    {
      backup: name,
      place: copy.place,
      ageSeconds: window.to - madeAt,
      good,
      isLastGood,
      due: isLastGood ? "keep" : dueOf(backup, inherited, window),
      found: foundOf(copy),
    },
  ];
}

function dueOf(
  { good, madeAt }: InheritedBackup,
  inherited: readonly InheritedBackup[],
  { promise, from, to }: Window,
): RetainedBackup["due"] {
  if (promise.of === "instants") {
    // An instant is reached from the newest backup before it: the first instant that is promised, too.
    const replacedAt = Math.min(
      ...inherited.filter((other) => other.good && other.madeAt > madeAt).map((other) => other.madeAt),
    );
    if (from - replacedAt > promise.seconds) return "delete";
    return good && to - replacedAt < promise.seconds ? "keep" : "either";
  }
  if (from - madeAt > promise.seconds) return "delete";
  return good && to - madeAt < promise.seconds ? "keep" : "either";
}

function foundOf({ files, whole, left }: KeptBackup): Found {
  if (whole === files) return "whole";
  if (left === 0) return "gone";
  return whole === 0 ? "hidden" : "incomplete";
}
