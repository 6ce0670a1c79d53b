import type { Verdict } from "../judgement/finding.ts";

/** Exit statuses of the program; see `drill help` and the README. */
export const exitStatusOfVerdict = { met: 0, missed: 1, inconclusive: 2 } as const satisfies Record<
  Verdict,
  number
>;

/** From worst to best: a definite miss is never hidden behind a lesser trouble. */
const worstFirst = [70, 1, 69, 65, 2, 0];

/** Status of a drill: the worst of its scenarios; 0 of none would be a lie, so of none it is 2. */
export function worstExitStatus(statuses: readonly number[]): number {
  return worstFirst.find((status) => statuses.includes(status)) ?? 2;
}
