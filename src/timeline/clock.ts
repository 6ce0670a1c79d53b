/**
 * Milliseconds since the run's clock started, with a fraction; taken from CLOCK_MONOTONIC, which all processes and threads of
 * one kernel share. Wall time is recorded once per run, for display; instants of two machines are never compared.
 */
export type Instant = number;

/** The only clock of a run. Hand `originNs` to a worker and it reads the same clock. */
export class RunClock {
  readonly originNs: bigint;

  constructor(originNs: bigint = process.hrtime.bigint()) {
    this.originNs = originNs;
  }

  now(): Instant {
    return Number(process.hrtime.bigint() - this.originNs) / 1e6;
  }
}

/** Where something happened when only bounds are known: not before `from`, not after `to`. */
export interface InstantInterval {
  readonly from: Instant;
  readonly to: Instant;
}
