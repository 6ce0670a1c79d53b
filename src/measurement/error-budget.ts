/** What an availability target leaves for outages, and how much of it one outage used. */
export interface ErrorBudget {
  readonly availabilityPercent: number;
  readonly budgetSecondsPerMonth: number;
  readonly outageSeconds: number;
  /** 1 is the budget of one month. */
  readonly usedShare: number;
}

/** A month of 30 days, so that 99.9 % leaves 43.2 minutes. */
const monthSeconds = 30 * 24 * 3_600;

/**
 * The share of the monthly error budget that an outage used. One run's uptime is no availability: this says what one such outage a
 * month would cost. A target of 100 % has no budget, and any outage uses infinitely much of it.
 */
export function errorBudget(availabilityPercent: number, outageSeconds: number): ErrorBudget {
  const budgetSecondsPerMonth = ((100 - availabilityPercent) / 100) * monthSeconds;
  return {
    availabilityPercent,
    budgetSecondsPerMonth,
    outageSeconds,
    usedShare: outageSeconds === 0 ? 0 : outageSeconds / budgetSecondsPerMonth,
  };
}
