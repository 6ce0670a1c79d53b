import type { Instant } from "../timeline/clock.ts";
import type { LedgerEntry } from "./ledger-entry.ts";
import type { StreamStats } from "./workload-options.ts";

interface Sample {
  readonly at: Instant;
  readonly acknowledged: number;
  readonly failed: number;
}

/** Over how long a live rate is taken. */
const rateWindowMs = 1000;

/** Counts one stream for live progress. Judgement takes nothing from it: that is what the ledger is for. */
export class StreamCounters {
  #acknowledged = 0;
  #failed = 0;
  #lastSuccessAt: Instant | undefined;
  #lastFailureSentAt: Instant | undefined;
  #succeedingSince: Instant | undefined;
  readonly #samples: Sample[] = [];
  readonly #stream: string;

  constructor(stream: string) {
    this.#stream = stream;
  }

  count(entry: LedgerEntry): void {
    if (entry.outcome === "acknowledged" || entry.outcome === "acknowledged-unreplicated") {
      this.#acknowledged += 1;
      this.#lastSuccessAt = entry.answeredAt;
      this.#succeedingSince ??= entry.answeredAt;
    } else {
      this.#failed += 1;
      this.#succeedingSince = undefined;
      this.#lastFailureSentAt = Math.max(this.#lastFailureSentAt ?? 0, entry.sentAt);
    }
  }

  stats(now: Instant, waiting: number): StreamStats {
    const current: Sample = { at: now, acknowledged: this.#acknowledged, failed: this.#failed };
    this.#samples.push(current);
    while (this.#samples.length > 2 && now - (this.#samples[1]?.at ?? now) >= rateWindowMs)
      this.#samples.shift();
    const oldest = this.#samples[0] ?? current;
    const seconds = (now - oldest.at) / 1000;
    const rate = (count: number): number => (seconds > 0 ? count / seconds : 0);
    return {
      stream: this.#stream,
      finished: this.#acknowledged + this.#failed,
      acknowledged: this.#acknowledged,
      failed: this.#failed,
      waiting,
      acknowledgedPerSecond: rate(current.acknowledged - oldest.acknowledged),
      failedPerSecond: rate(current.failed - oldest.failed),
      ...(this.#lastSuccessAt === undefined ? {} : { lastSuccessAt: this.#lastSuccessAt }),
      ...(this.#lastFailureSentAt === undefined ? {} : { lastFailureSentAt: this.#lastFailureSentAt }),
      ...(this.#succeedingSince === undefined ? {} : { succeedingSince: this.#succeedingSince }),
    };
  }
}
