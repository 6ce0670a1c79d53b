import type { ScenarioContext, Story } from "../src/authoring/scenario.ts";
import type { Fault } from "../src/fault/fault.ts";

export interface FailoverStory {
  /** How long service may take to return after the last step; default as in a scenario. */
  readonly withinMs?: number;
  /** What is planted once service was observed, before anything is collected. */
  readonly afterRecovery?: (context: ScenarioContext) => Promise<void>;
}

/** The plain story of a failover, into which a proof plants its defect: by another runbook, by another fault, or at its end. */
export function failover(fault: Fault, { withinMs, afterRecovery }: FailoverStory = {}): Story {
  return async (context) => {
    await context.workload.establishBaseline();
    const outage = await context.faults.inject(fault);
    await context.operator.follow();
    await context.observe.recovery(withinMs === undefined ? {} : { withinMs });
    await afterRecovery?.(context);
    return { faultTime: outage };
  };
}
