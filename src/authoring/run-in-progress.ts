import type { Engine } from "../engine/engine.ts";
import type { InjectedFault } from "../fault/fault.ts";
import type { RunStart } from "../oracle/run-start.ts";
import type { Instant } from "../timeline/clock.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import type { Workload } from "../workload/workload.ts";
import type { BaseState } from "./base-state.ts";
import type { OpenedRun } from "./open-run.ts";
import type { InheritedBackup } from "../timeline/inherited-backup.ts";
import type { RestoredServer } from "./restored-servers.ts";

/** One run while its story is told: what is there from the start, and what the acts of the story leave for the end. */
export interface RunInProgress extends OpenedRun {
  readonly engine: Engine;
  readonly topology: StartedTopology;
  readonly signal: AbortSignal;
  /** In place, in the order of their injection. */
  readonly faults: InjectedFault[];
  /** Name of the fault whose injection is t₀; default the first. */
  faultTime?: string;
  workload?: Workload;
  runStart?: RunStart;
  /** State to compare with when the run is over, collected with the baseline. */
  baseState?: BaseState;
  /** What servers into which the runbook restored a store held when it was over. */
  readonly restored: RestoredServer[];
  /** Backups of earlier days that the story laid. */
  readonly inherited: InheritedBackup[];
  /** What the story was to read and could not, and why. */
  readonly unread: { readonly what: string; readonly why: string }[];
  runbookEndedAt?: Instant;
  recovered?: boolean;
}

/** A baseline that could not be established: the story ends here, and the run is inconclusive. */
export class BaselineNotEstablished extends Error {
  override readonly name = "BaselineNotEstablished";
}
