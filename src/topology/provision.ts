import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import { HarnessError } from "../harness-error.ts";
import type { RunNames } from "./run-names.ts";
import type { StartedOperator } from "./started-topology.ts";
import type { ProvisionDefinition } from "./system-definition.ts";

/** Runs one command of a system's set-up where it belongs. */
export async function provision(
  docker: Docker,
  names: RunNames,
  operator: StartedOperator,
  { service, user, argv }: ProvisionDefinition,
): Promise<void> {
  const container = service === undefined ? operator.containerId : names.container(service);
  const options = { timeoutMs: 60_000, ...(user === undefined ? {} : { user }) };
  const { exitStatus, stdout, stderr } = await execInContainer(docker, container, argv, options);
  if (exitStatus === 0) return;
  throw new HarnessError(
    `Expected \`${argv.join(" ")}\` to set up the system in ${service ?? "the operator"}, found exit status ${exitStatus}: ${`${stderr}${stdout}`.trim()}; correct the system's definition.`,
    { code: "not-provisioned", exitStatus: 69 },
  );
}
