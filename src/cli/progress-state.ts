import type { Load } from "../authoring/run-observer.ts";
import { raisesAlarm } from "../measurement/damage-check.ts";
import type { Phase, TimelineEvent } from "../timeline/event.ts";

/** What the progress display knows of the run that is going on. */
export interface ProgressState {
  readonly scenario: string;
  readonly phase: Phase;
  readonly step?: { readonly id: string; readonly title: string; readonly startedAt: number };
  readonly load?: Load;
}

const phaseNames: Record<Phase, string> = {
  topology: "starting the system",
  preparation: "following the preparation",
  baseline: "proving that it works",
  backup: "backing up",
  fault: "injecting the fault",
  runbook: "following the runbook",
  checks: "damaging data and following the checks",
  observation: "watching service return",
  aftershock: "restarting the node that took over",
  collection: "collecting the evidence",
  cleanup: "removing the containers",
};

/** The state after an event. */
export function progressAfter(state: ProgressState, event: TimelineEvent): ProgressState {
  switch (event.kind) {
    case "run-started":
      return { scenario: event.scenario, phase: "topology" };
    case "phase-started":
      return withoutStep({ ...state, phase: event.phase });
    case "step-started":
      return {
        ...state,
        step: { id: event.step, title: event.title, startedAt: event.at },
      };
    case "step-finished":
      return withoutStep(state);
    default:
      return state;
  }
}

function withoutStep({ scenario, phase, load }: ProgressState): ProgressState {
  return { scenario, phase, ...(load === undefined ? {} : { load }) };
}

/** The live display: two lines, at most 80 columns. */
export function progressLines(state: ProgressState, now: number): readonly string[] {
  const clock = formatElapsed(now);
  const doing =
    state.step === undefined
      ? phaseNames[state.phase]
      : `step ${state.step.id}: ${state.step.title} (${((now - state.step.startedAt) / 1000).toFixed(1)} s)`;
  const load = state.load;
  const outage =
    load?.outageSeconds === undefined ? "" : `   OUTAGE ${load.outageSeconds.toFixed(1)} s and growing`;
  const rates =
    load === undefined
      ? ""
      : `${load.successesPerSecond.toFixed(0).padStart(5)} ok/s ${load.failuresPerSecond.toFixed(0).padStart(5)} failing/s${outage}`;
  return [`${clock}  ${state.scenario}: ${doing}`, `       ${rates}`].map((line) => line.slice(0, 80));
}

/** What is worth a line of its own where there is no terminal to redraw; undefined for the rest. */
export function progressLine(event: TimelineEvent): string | undefined {
  const text = lineText(event);
  return text === undefined ? undefined : `${formatElapsed(event.at)}  ${text}`;
}

function lineText(event: TimelineEvent): string | undefined {
  switch (event.kind) {
    case "run-started":
      return `${event.scenario}: ${event.title}`;
    case "phase-started":
      return phaseNames[event.phase];
    case "topology-ready":
      return `the system is up and replicating (${event.seconds.toFixed(1)} s)`;
    case "baseline-failed":
      return `baseline not established: ${event.detail}`;
    case "fault-injected":
      return `fault ${event.fault}`;
    case "step-finished":
      return `step ${event.result.step.id}: ${event.result.step.title}: ${event.result.outcome} (${((event.result.finishedAt - event.result.startedAt) / 1000).toFixed(1)} s)`;
    case "check-finished": {
      const alarms = event.results.filter(({ outcome }) => raisesAlarm(outcome)).map(({ step }) => step.id);
      if (!event.planted.holds) return `${event.damage}: not planted: ${event.planted.detail}`;
      return `${event.damage}: ${alarms.length === 0 ? "no step raised an alarm" : `alarm in step ${alarms.join(", ")}`}`;
    }
    case "recovery-observed":
      return event.recovered
        ? "service is back and lasts"
        : `service did not return within ${event.waitedSeconds.toFixed(0)} s`;
    case "aftershock-ended":
      return event.durable
        ? `${event.node} is what it was after a restart`
        : `${event.node}: ${event.detail}`;
    case "fence-refused":
      return `the fence refused ${event.method} ${event.path}: ${event.reason}`;
    default:
      return undefined;
  }
}

/** `mm:ss` of a run's clock. */
function formatElapsed(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1000));
  return `${String(Math.floor(whole / 60)).padStart(2, "0")}:${String(whole % 60).padStart(2, "0")}`;
}
