import { alarmOf, damageChecks } from "../measurement/damage-check.ts";
import type { TimelineEvent } from "../timeline/event.ts";
import type { Evidence } from "./evidence.ts";

/** Each planted damage with the steps that noticed it. */
export function assembleDamageChecks(events: readonly TimelineEvent[]): Evidence["checks"] {
  return damageChecks(events).map(({ damage, planted, undone, noticedBy }) => ({
    damage,
    planted: { ...planted },
    undone: { ...undone },
    noticed: planted.holds ? noticedBy.length > 0 : null,
    noticedBy: noticedBy.map((result) => {
      const alarm = alarmOf(result);
      return {
        step: result.step.id,
        title: result.step.title,
        line: alarm?.line ?? result.step.line,
        printed: alarm?.printed ?? result.reason ?? "",
      };
    }),
  }));
}
