import { watchHealth } from "../probe/watch-health.ts";
import { watchNodes } from "../probe/watch-nodes.ts";
import { followLoad } from "./live-load.ts";
import type { RunInProgress } from "./run-in-progress.ts";

/** How often the live figures are handed on. */
const loadEveryMs = 250;

/** Starts the probes that run all the time, and the live figures for whoever watches. Disposing stops them. */
export function watchSystem(run: RunInProgress): AsyncDisposable {
  const watches = new AsyncDisposableStack();
  watches.use(watchNodes(run.topology, run.timeline));
  watches.use(watchHealth(run.topology, run.timeline));
  const loadOf = followLoad(run.streams);
  const timer = setInterval(() => {
    if (run.workload !== undefined) run.options.observer.load(loadOf(run.workload.stats()));
  }, loadEveryMs);
  watches.defer(() => clearInterval(timer));
  return watches;
}
