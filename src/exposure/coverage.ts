import type { BackupPromises, Mechanism, Store } from "./backup-promise.ts";
import type { DocumentLine } from "./document-line.ts";
import { archiveCoverage } from "./archive-coverage.ts";
import { isGoneBeforeTheNext, survives } from "./survival.ts";
import { sayDuration, sayLines, sayMechanism } from "./wording.ts";

/** What can happen. `nodes-lost`: all nodes of a store, or the storage that holds them. */
export type Disaster =
  "node-lost" | "nodes-lost" | "logical-damage" | "backup-store-lost" | "configuration-lost";

/** What was seen of the system under drill, where a document gives no figure. */
export interface Observed {
  /** Longest replication lag seen, in seconds, by store. */
  readonly lagSeconds?: { readonly database?: number; readonly redis?: number };
  /** A replica falls behind without end. */
  readonly isLagUnbounded?: boolean;
  /** How long making a copy takes, with its upload, by what it is a copy of. */
  readonly backupSeconds?: Readonly<Partial<Record<Store, number>>>;
}

/** How much is lost at worst: up to some time, without a bound, or as much as nobody has measured. */
export type Loss =
  | {
      readonly kind: "bounded";
      readonly seconds: number;
      /** Something comes on top of it that nobody measured. */
      readonly atLeast?: true;
    }
  | { readonly kind: "unbounded" }
  | { readonly kind: "not-known" };

/** Whether a mechanism brings data back after a disaster. `unclear`: the document leaves open what decides it. */
export interface Coverage {
  readonly mechanism: Mechanism;
  readonly covers: "yes" | "no" | "unclear";
  readonly loss: Loss;
  /** What is lost, or why it does not cover: a clause that follows the mechanism's name. */
  readonly because: string;
  readonly lines: readonly DocumentLine[];
}

/** What one mechanism is worth after one disaster. */
export function coverageOf(
  mechanism: Mechanism,
  disaster: Disaster,
  promises: BackupPromises,
  observed: Observed,
): Coverage {
  if (mechanism.kind === "replication") return replicationCoverage(mechanism, disaster, observed);
  if (mechanism.kind === "wal-archive") return archiveCoverage(mechanism, disaster, promises, observed);
  return copyCoverage(mechanism, disaster, observed);
}

/** A copy that is made now and then: what came after the last finished one is lost. */
function copyCoverage(mechanism: Mechanism, disaster: Disaster, observed: Observed): Coverage {
  const { schedule, source } = mechanism;
  const survival = disaster === "logical-damage" ? { covers: "yes" as const } : survives(mechanism.storage);
  const lines = [
    source,
    ...(schedule === null ? [] : [schedule.source]),
    ...mechanism.storage.map((each) => each.source),
  ];
  if (survival.covers === "no") {
    return { mechanism, covers: "no", loss: { kind: "not-known" }, because: survival.because, lines };
  }
  if (isGoneBeforeTheNext(mechanism)) {
    return {
      mechanism,
      covers: "no",
      loss: { kind: "not-known" },
      because: "is deleted before the next one is made",
      lines,
    };
  }
  const open = "because" in survival ? `; ${survival.because}` : "";
  const because = (what: string): string => `${what}${open}`;
  const done = { mechanism, covers: survival.covers, lines };
  switch (schedule?.is.kind) {
    case "interval": {
      const { seconds, provided } = schedule.is;
      const own = observed.backupSeconds?.[mechanism.store];
      const plus =
        own === undefined ? "the time that making one takes" : `the ${sayDuration(own)} that making one took`;
      const if_ = provided === undefined ? "" : ` (if ${provided})`;
      return {
        ...done,
        loss:
          own === undefined
            ? { kind: "bounded", seconds, atLeast: true }
            : { kind: "bounded", seconds: seconds + own },
        because: because(`loses up to ${sayDuration(seconds)}${if_} plus ${plus}`),
      };
    }
    case "on-change":
      return {
        ...done,
        loss: { kind: "bounded", seconds: 0 },
        because: because(sayOnChange(schedule.is.atLatestSeconds)),
      };
    case "continuous":
      return {
        ...done,
        loss: { kind: "not-known" },
        because: because("is called continuous, which bounds nothing for a copy"),
      };
    case "unreadable":
      return {
        ...done,
        loss: { kind: "not-known" },
        because: because(`has a schedule that can't be read: ${schedule.is.why}`),
      };
    default:
      return { ...done, loss: { kind: "not-known" }, because: because("has no schedule in the document") };
  }
}

function sayOnChange(atLatestSeconds: number | null): string {
  const otherwise =
    atLatestSeconds === null ? "" : `, and up to ${sayDuration(atLatestSeconds)} where one was not`;
  return `loses nothing if each change is copied as it is made${otherwise}`;
}

/** A replica has what arrived, and whatever damages the primary arrives too. */
function replicationCoverage(mechanism: Mechanism, disaster: Disaster, observed: Observed): Coverage {
  const { synchronous, delay, source, store } = mechanism;
  const none = { mechanism, covers: "no", loss: { kind: "not-known" }, lines: [source] } as const;
  if (disaster === "logical-damage") {
    if (delay === null) return { ...none, because: "copies the damage at once" };
    return {
      mechanism,
      covers: "yes",
      loss: { kind: "bounded", seconds: 0 },
      because: `stays ${sayDuration(delay.seconds)} behind, so that damage noticed within that time can be left out`,
      lines: [source, delay.source],
    };
  }
  if (disaster !== "node-lost") return { ...none, because: "is gone with the nodes" };
  const covered = { mechanism, covers: "yes", lines: [source] } as const;
  if (synchronous !== null) {
    return {
      ...covered,
      lines: [source, synchronous],
      loss: { kind: "bounded", seconds: 0 },
      because: `is synchronous (${sayLines(synchronous)}), so that what was acknowledged is on both`,
    };
  }
  if (observed.isLagUnbounded === true) {
    return { ...covered, loss: { kind: "unbounded" }, because: "was seen to fall behind without end" };
  }
  const lag = store === "configuration" ? undefined : observed.lagSeconds?.[store];
  return lag === undefined
    ? {
        ...covered,
        loss: { kind: "not-known" },
        because: "loses what had not arrived, which the document does not bound and nobody measured",
      }
    : {
        ...covered,
        loss: { kind: "bounded", seconds: lag },
        because: `loses what had not arrived, ${sayDuration(lag)} as observed`,
      };
}

/** The mechanism with what it is worth, as one clause. */
export function sayCoverage({ mechanism, because }: Coverage): string {
  return `${sayMechanism(mechanism)} ${because}`;
}
