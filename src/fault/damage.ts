import { HarnessError } from "../harness-error.ts";
import { failureDetail } from "../probe/failure-detail.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import type { Fault, FaultObservation } from "./fault.ts";

/**
 * What ends a damage. `lifting`: the harness puts back exactly what was there, for checks that only have to notice it. `recovery`:
 * lifting does nothing, and what the procedure brings back decides. For the harness to put it back would be a backup that the system
 * under drill does not have.
 */
export type UndoneBy = "lifting" | "recovery";

export interface Undoing {
  /** Default `lifting`. */
  readonly undoneBy?: UndoneBy;
}

/** A change of data, or of what keeps it, past every interface. */
interface DamageOf {
  /** Verb phrase with its object: `loseRows(public.tradelog)`. */
  readonly name: string;
  /** The service whose server is damaged. */
  readonly service: string;
  /** For `plan`: `deletes 20 rows of public.tradelog`. */
  readonly does: string;
  /** Reads from the server what the damage changes, and nothing that clients change, as text. Equal texts are equal states. */
  readonly read: (topology: StartedTopology) => Promise<string>;
}

export type Damage = DamageOf &
  (
    | {
        readonly undoneBy?: "lifting";
        /** Does the damage and returns what undoes it. */
        readonly inject: (topology: StartedTopology) => Promise<() => Promise<unknown>>;
      }
    | {
        readonly undoneBy: "recovery";
        readonly inject: (topology: StartedTopology) => Promise<unknown>;
      }
  );

/** The damage as a fault: in force while the state differs from what it was before, and undone once it is that again. */
export function damageFault(damage: Damage): Fault {
  const { name, service, does, read } = damage;
  const lasting = damage.undoneBy === "recovery";
  const fault: Fault = {
    name,
    targets: [service],
    transient: false,
    ...(lasting ? { damage: true } : {}),
    blastRadius: lasting ? `${does}; only a recovery undoes it` : does,
    async inject(topology) {
      const { before, undo } = await carriedOut(damage, topology);
      const observe = async (): Promise<FaultObservation> => {
        const now = await read(topology);
        return { inForce: now !== before, detail: now === before ? now : `${now}; before: ${before}` };
      };
      const lift = async (): Promise<void> => {
        if (undo !== undefined && (await read(topology)) !== before) await undo();
      };
      return {
        fault,
        // Recovery stops the server that it restores. What has been lifted, however, has to be seen.
        observe: lasting ? () => observe().catch((error: unknown) => notRead(service, error)) : observe,
        lift,
        [Symbol.asyncDispose]: lift,
      };
    },
  };
  return fault;
}

async function carriedOut(
  damage: Damage,
  topology: StartedTopology,
): Promise<{ readonly before: string; readonly undo?: () => Promise<unknown> }> {
  try {
    const before = await damage.read(topology);
    if (damage.undoneBy !== "recovery") return { before, undo: await damage.inject(topology) };
    await damage.inject(topology);
    return { before };
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    throw notDamaged(
      `${damage.service} to carry out ${damage.name}`,
      failureDetail(error),
      "inject it while the node serves what it damages",
      error,
    );
  }
}

function notRead(service: string, error: unknown): FaultObservation {
  return { inForce: false, unread: true, detail: `${service} could not be asked: ${failureDetail(error)}` };
}

/** Why a damage could not be done or undone. Damage that touched nothing would prove nothing. */
export function notDamaged(expected: string, found: string, advice: string, cause?: unknown): HarnessError {
  return new HarnessError(`Expected ${expected}, found ${found}; ${advice}.`, {
    code: "fault-not-injected",
    exitStatus: 70,
    ...(cause === undefined ? {} : { cause }),
  });
}
