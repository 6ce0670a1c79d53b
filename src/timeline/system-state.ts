import type { NodeState } from "./event.ts";

/** What a step of a runbook can change, read from the engine and the servers at one moment. */
export interface SystemState {
  /** Files of the deployment checkout: relative path to sha-256. */
  readonly files: Readonly<Record<string, string>>;
  readonly nodes: readonly NodeState[];
  /** Compose services of the run: application and data nodes. */
  readonly containers: readonly ContainerState[];
  /**
   * By primary: a digest of the data that no client of the workload changes, where one is cheap. A node that is down, is a replica or
   * holds too much has none; without any, `data:restored` can't be judged by state.
   */
  readonly dataDigests?: Readonly<Record<string, string>>;
}

export interface ContainerState {
  readonly service: string;
  readonly containerId: string;
  readonly running: boolean;
  /** RFC 3339, as the engine gives it. */
  readonly startedAt: string;
  /** Sha-256 of its environment: tells a change without carrying its secrets. */
  readonly environmentSha256: string;
}
