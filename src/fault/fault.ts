import type { StartedTopology } from "../topology/started-topology.ts";

/**
 * Something broken on purpose. A fault that nothing observed makes the run inconclusive, and for `met` an enduring one must still
 * be in force when service returned.
 */
export interface Fault {
  /** Verb phrase as in the scenario, for instance `killNode(postgres)`. */
  readonly name: string;
  /** The services whose nodes or links it breaks. */
  readonly targets: readonly string[];
  /** True for what ends by its nature (a restart, a reset connection): exempt from having to stay in force. */
  readonly transient: boolean;
  /**
   * True for damage that neither time nor lifting undoes (`UndoneBy`): recovery has to have undone it when service is back.
   * Default false.
   */
  readonly damage?: boolean;
  /** One line for `plan`: what it does, to what, how far it can reach. */
  readonly blastRadius: string;
  inject(topology: StartedTopology): Promise<InjectedFault>;
}

/** A fault that is in place. Disposing lifts it; lifting twice is harmless. */
export interface InjectedFault extends AsyncDisposable {
  readonly fault: Fault;
  /** Asks the engine or Toxiproxy, never its own memory: is the fault there, and what says so? */
  observe(): Promise<FaultObservation>;
  lift(): Promise<void>;
}

export interface FaultObservation {
  readonly inForce: boolean;
  /** True where nothing could be read: then `inForce` is false and says nothing. Default false. */
  readonly unread?: boolean;
  /** What was read, for the timeline, for instance `container 3f2a… exited with 137`. */
  readonly detail: string;
}
