/** Names of everything that one run starts: all begin with its Compose project, so that a stranger sees what belongs together. */
export interface RunNames {
  readonly project: string;
  /** Sorts before the other two: the engine publishes the ports of a container on the first of its networks by name. */
  readonly clientsNetwork: string;
  /** Of the links and the harness's way to their control ports. */
  readonly controlNetwork: string;
  readonly dataNetwork: string;
  /** Of the servers that copies are restored into: they reach neither clients nor data. */
  readonly testNetwork: string;
  /** As Compose would name it, so that a container that Compose makes anew takes the place of the old one. */
  container(service: string): string;
  link(service: string): string;
  /** A server beside the data nodes. */
  service(service: string): string;
  readonly control: string;
  readonly operator: string;
  dataVolume(service: string): string;
  configurationVolume(service: string): string;
}

export function runNames(runId: string): RunNames {
  const project = `drill-${runId}`;
  return {
    project,
    clientsNetwork: `${project}-clients`,
    controlNetwork: `${project}-control`,
    dataNetwork: `${project}-data`,
    testNetwork: `${project}-test`,
    container: (service) => `${project}-${service}-1`,
    link: (service) => `${project}-link-${service}`,
    service: (service) => `${project}-service-${service}`,
    control: `${project}-control`,
    operator: `${project}-operator`,
    dataVolume: (service) => `${project}_${service}-data`,
    configurationVolume: (service) => `${project}_${service}-config`,
  };
}
