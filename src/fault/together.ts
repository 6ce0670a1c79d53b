import type { Fault, InjectedFault } from "./fault.ts";

/**
 * Several faults in the same instant, for instance a network cut and a kill: a kill alone lets through what is in the socket
 * buffers. If one can't be injected, those that could are lifted.
 */
export function together(...faults: readonly [Fault, Fault, ...Fault[]]): Fault {
  const fault: Fault = {
    name: `together(${faults.map(({ name }) => name).join(", ")})`,
    targets: [...new Set(faults.flatMap(({ targets }) => targets))],
    // One that has to stay in force is enough to ask for it.
    transient: faults.every(({ transient }) => transient),
    blastRadius: faults.map(({ blastRadius }) => blastRadius).join("; "),
    async inject(topology) {
      const results = await Promise.allSettled(faults.map((each) => each.inject(topology)));
      const injected = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      const failed = results.find((result) => result.status === "rejected");
      if (failed !== undefined) {
        await liftAll(injected);
        throw failed.reason;
      }
      const lift = (): Promise<void> => liftAll(injected);
      return {
        fault,
        async observe() {
          const observed = await Promise.all(injected.map((each) => each.observe()));
          return {
            inForce: observed.every(({ inForce }) => inForce),
            detail: observed.map(({ detail }) => detail).join("; "),
          };
        },
        lift,
        [Symbol.asyncDispose]: lift,
      };
    },
  };
  return fault;
}

/** Lifts every one, also after one could not be, and then throws the first error. */
async function liftAll(injected: readonly InjectedFault[]): Promise<void> {
  const results = await Promise.allSettled(injected.map((each) => each.lift()));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
