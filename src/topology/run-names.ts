/** Names of everything that one run starts: all begin with its Compose project, so that a stranger sees what belongs together. */
export interface RunNames {
  readonly project: string;
  /** Sorts before `dataNetwork`: the engine publishes the ports of a container on the first of its networks by name. */
  readonly clientsNetwork: string;
  readonly dataNetwork: string;
  /** As Compose would name it, so that a container that Compose makes anew takes the place of the old one. */
  container(service: string): string;
  link(service: string): string;
  readonly operator: string;
  dataVolume(service: string): string;
  configurationVolume(service: string): string;
}

export function runNames(runId: string): RunNames {
  const project = `drill-${runId}`;
  return {
    project,
    clientsNetwork: `${project}-clients`,
    dataNetwork: `${project}-data`,
    container: (service) => `${project}-${service}-1`,
    link: (service) => `${project}-link-${service}`,
    operator: `${project}-operator`,
    dataVolume: (service) => `${project}_${service}-data`,
    configurationVolume: (service) => `${project}_${service}-config`,
  };
}
