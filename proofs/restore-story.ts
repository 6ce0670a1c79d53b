import type { RestoredServices, ScenarioContext, Story } from "../src/authoring/scenario.ts";

/** A backup, its restore into these services, and then the damage, before anything is looked at. */
export function restoreThen(
  services: RestoredServices,
  spoil: (context: ScenarioContext) => Promise<void> = () => Promise.resolve(),
): Story {
  return async (context) => {
    await context.workload.establishBaseline();
    await context.operator.backUp();
    await context.operator.follow();
    await spoil(context);
    await context.observe.restored(services);
    return {};
  };
}
