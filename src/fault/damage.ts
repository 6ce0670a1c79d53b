import { HarnessError } from "../harness-error.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import type { Fault } from "./fault.ts";

/** A change of data, or of what keeps it, past every interface, that can be undone. */
export interface Damage {
  /** Verb phrase with its object: `loseRows(public.tradelog)`. */
  readonly name: string;
  /** The service whose server is damaged. */
  readonly service: string;
  /** For `plan`: `deletes 20 rows of public.tradelog`. */
  readonly does: string;
  /** Reads from the server what the damage changes, as text. Equal texts are equal states. */
  readonly read: (topology: StartedTopology) => Promise<string>;
  /** Does the damage and returns what undoes it. */
  readonly plant: (topology: StartedTopology) => Promise<() => Promise<unknown>>;
}

/** The damage as a fault: in force while the state differs from what it was before, and lifted once it is that again. */
export function damageFault({ name, service, does, read, plant }: Damage): Fault {
  const fault: Fault = {
    name,
    targets: [service],
    transient: false,
    blastRadius: does,
    async inject(topology) {
      const before = await read(topology);
      const undo = await plant(topology);
      const lift = async (): Promise<void> => {
        if ((await read(topology)) !== before) await undo();
      };
      return {
        fault,
        async observe() {
          const now = await read(topology);
          return { inForce: now !== before, detail: now === before ? now : `${now}; before: ${before}` };
        },
        lift,
        [Symbol.asyncDispose]: lift,
      };
    },
  };
  return fault;
}

/** Why a damage could not be done or undone. Damage that touched nothing would prove nothing. */
export function notDamaged(expected: string, found: string, advice: string): HarnessError {
  return new HarnessError(`Expected ${expected}, found ${found}; ${advice}.`, {
    code: "fault-not-injected",
    exitStatus: 70,
  });
}
