import { createLogUpdate } from "log-update";
import type { RunObserver } from "../authoring/run-observer.ts";
import { progressAfter, progressLine, progressLines, type ProgressState } from "./progress-state.ts";

export interface Progress extends RunObserver {
  /** Leaves the last lines on the screen and stops redrawing. */
  done(): void;
}

/** Live display on standard error; plain lines where that is no terminal. */
export function showProgress(): Progress {
  return process.stderr.isTTY ? liveProgress() : plainProgress();
}

function liveProgress(): Progress {
  const draw = createLogUpdate(process.stderr);
  let state: ProgressState = { scenario: "", phase: "topology" };
  let startedAt = performance.now();
  const redraw = () => {
    draw(progressLines(state, performance.now() - startedAt).join("\n"));
  };
  const timer = setInterval(redraw, 200);
  timer.unref();
  return {
    event: (event) => {
      if (event.kind === "run-started") startedAt = performance.now() - event.at;
      state = progressAfter(state, event);
      const line = event.kind === "phase-started" ? undefined : progressLine(event);
      if (line !== undefined) {
        draw.clear();
        process.stderr.write(`${line}\n`);
      }
      redraw();
    },
    load: (load) => {
      state = { ...state, load };
    },
    done: () => {
      clearInterval(timer);
      draw.clear();
      draw.done();
    },
  };
}

/** How often an outage that goes on gets a line of its own. */
const outageLineEveryMs = 5000;

function plainProgress(): Progress {
  let lastOutageLineAt = 0;
  const say = (line: string) => process.stderr.write(`${line}\n`);
  return {
    event: (event) => {
      const line = progressLine(event);
      if (line !== undefined) say(line);
    },
    load: (load) => {
      if (load.outageSeconds === undefined || performance.now() - lastOutageLineAt < outageLineEveryMs)
        return;
      lastOutageLineAt = performance.now();
      say(
        `       outage ${load.outageSeconds.toFixed(1)} s and growing, ${load.failuresPerSecond.toFixed(0)} requests/s failing`,
      );
    },
    done: () => undefined,
  };
}
