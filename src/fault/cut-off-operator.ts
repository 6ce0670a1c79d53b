import { execInContainer } from "../engine/exec.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import type { Fault } from "./fault.ts";

/**
 * The operations host no longer reaches the hosts of these services: what it has executed there fails, and clients notice nothing.
 * A job that connects over the network as a client does is not kept from it.
 */
export function cutOffOperator(...services: readonly string[]): Fault {
  const fault: Fault = {
    name: `cutOffOperator(${services.join(", ")})`,
    targets: services,
    transient: false,
    blastRadius: `keeps the operations host from the hosts of ${services.join(" and ")}; clients and replication go on`,
    inject(topology) {
      topology.fence.cutOff(services);
      const lift = (): Promise<void> => {
        topology.fence.restore(services);
        return Promise.resolve();
      };
      return Promise.resolve({
        fault,
        observe: () => observe(topology, services),
        lift,
        [Symbol.asyncDispose]: lift,
      });
    },
  };
  return fault;
}

/** Tries from the operator, as a job of its would. */
async function observe(
  { docker, operator }: StartedTopology,
  services: readonly string[],
): Promise<{ inForce: boolean; detail: string }> {
  const tries = await Promise.all(
    services.map((service) =>
      execInContainer(docker, operator.containerId, [
        ...["docker-compose", "--project-directory", operator.checkout],
        ...["exec", "-T", service, "true"],
      ]),
    ),
  );
  const said = tries.map(({ exitStatus, stderr }, index) => {
    const answer = exitStatus === 0 ? "answers" : (stderr.trim().split("\n").at(-1) ?? "");
    return `${services[index] ?? ""}: ${answer}`;
  });
  return { inForce: tries.every(({ exitStatus }) => exitStatus !== 0), detail: said.join("; ") };
}
