import { StateObserver } from "../probe/system-state.ts";
import { followRunbook, type FollowOptions, type FollowResult } from "../runbook/follow.ts";
import type { Runbook } from "../runbook/model.ts";
import type { SystemState } from "../timeline/system-state.ts";
import type { RunInProgress } from "./run-in-progress.ts";

/** Follows a runbook in the run's operator; its steps go on the timeline. */
export async function followProcedure(run: RunInProgress, runbook: Runbook): Promise<FollowResult> {
  await using observer = new StateObserver(run.topology);
  return await followRunbook({
    ...placeOf(run),
    runbook,
    observeState: () => observer.observe(),
    emit: (event) => run.timeline.record(event),
  });
}

const nothingSeen: SystemState = { files: {}, nodes: [], containers: [] };

/** Follows a runbook once more, for what its steps say: none of it goes on the timeline, and what they change is not looked at unless one has to have an effect. */
export async function followAgain(run: RunInProgress, runbook: Runbook): Promise<FollowResult> {
  await using observer = new StateObserver(run.topology);
  const hasEffect = runbook.steps.some(({ effect }) => effect !== undefined && effect.name !== "none");
  return await followRunbook({
    ...placeOf(run),
    runbook,
    observeState: () => (hasEffect ? observer.observe() : Promise.resolve(nothingSeen)),
    emit: () => undefined,
  });
}

function placeOf({
  timeline,
  topology,
  runId,
  redact,
  signal,
}: RunInProgress): Omit<FollowOptions, "runbook" | "observeState" | "emit"> {
  return {
    docker: topology.docker,
    operator: topology.operator,
    runId,
    clock: timeline.clock,
    drainExecs: () => topology.fence.executedIn().map(({ service }) => service),
    redact,
    signal,
  };
}
