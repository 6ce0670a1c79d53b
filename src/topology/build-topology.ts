import type { Engine } from "../engine/engine.ts";
import { startFence } from "../engine/fence/start-fence.ts";
import { runLabels } from "../engine/labels.ts";
import { HarnessError } from "../harness-error.ts";
import type { NewTimelineEvent } from "../timeline/event.ts";
import { buildNodes } from "./build-nodes.ts";
import { makeCertificates } from "./certificates.ts";
import { parseConfigHashes } from "./compose-labels.ts";
import { createNetworks, createVolumes } from "./create-networks.ts";
import type { Credentials } from "./credentials.ts";
import { renderCheckout, renderFiles, templateValues } from "./rendered-files.ts";
import { resolveHost } from "./resolve-host.ts";
import { runDirectory } from "./run-directory.ts";
import { allowedImages, resolveRunImages } from "./run-images.ts";
import { runNames } from "./run-names.ts";
import { findRunningService } from "./running-service.ts";
import { applicationHealthy, createApplication } from "./start-application.ts";
import { startControl } from "./start-control.ts";
import { startLinks } from "./start-link.ts";
import { provision } from "./provision.ts";
import { compose, startOperator } from "./start-operator.ts";
import { startService } from "./start-service.ts";
import type { StartedTopology } from "./started-topology.ts";
import type { NodeDefinition, SystemDefinition } from "./system-definition.ts";
import type { TaskGroup } from "./task-group.ts";
import { renderValues } from "./template.ts";
import { watchServices } from "./watch-services.ts";

export interface TopologyBuild {
  readonly system: SystemDefinition;
  readonly credentials: Credentials;
  /** Takes secrets that are made on the way. */
  readonly onSecrets: (secrets: readonly string[]) => void;
  readonly runId: string;
  readonly engine: Engine;
  readonly group: TaskGroup;
  readonly record: (event: NewTimelineEvent) => void;
  /** Takes what has to be ended with the topology. */
  readonly started: AsyncDisposableStack;
}

/** Starts everything, each part as soon as what it needs is there, and returns when all of it is ready. */
export async function buildTopology(
  build: TopologyBuild,
): Promise<Omit<StartedTopology, "secrets" | typeof Symbol.asyncDispose>> {
  const { credentials, engine, group, onSecrets, record, runId, started, system } = build;
  const { docker } = engine;
  const names = runNames(runId);

  const linked = system.nodes.map(({ service }) => service);
  const images = group.start(() => resolveRunImages(docker, system));
  const networks = group.start(() => createNetworks(docker, runId, names));
  const volumes = group.start(() => createVolumes(docker, runId, names, system));
  const watch = group.start(async () =>
    started.use(
      await watchServices({
        docker,
        project: names.project,
        system,
        record,
        // Nobody waits for a server whose container is gone. Once everything is ready this aborts nothing any more.
        onNodeEnded: (service, status) => group.fail(nodeEnded(service, status)),
      }),
    ),
  );
  const certificates = group.start(async () => {
    const made = await makeCertificates(docker, runId, (await images).operator, system.certificates ?? []);
    onSecrets(made.secrets);
    return made.values;
  });
  const values = group.start(async () => ({
    ...templateValues({ ...names, credentials: credentials.values, images: (await images).services }),
    ...(await certificates),
  }));
  const fence = group.start(async () => {
    const running = await startFence({
      engineSocketPath: engine.socketPath,
      socketDirectory: runDirectory(runId),
      runId,
      project: names.project,
      labels: runLabels(runId),
      allowedImages: allowedImages(await images),
      linkAliases: new Set([...linked, ...(system.services ?? []).map(({ service }) => service)]),
      onRefusal: (refusal) => record({ kind: "fence-refused", ...refusal }),
      onExec: () => undefined,
    });
    return started.use(running);
  });
  const operator = group.start(async () => {
    const [{ operator: image }, { socketPath: fenceSocket }] = await Promise.all([images, fence, networks]);
    const { checkout, directories = [], files = [] } = system.operator;
    return startOperator({
      runId,
      names,
      image,
      checkout,
      directories,
      files: [
        ...(await renderCheckout(system, await values)),
        ...(await renderFiles(system, "operator", files, await values)),
      ],
      fenceSocket,
    });
  });
  const configHashes = group.start(async () =>
    parseConfigHashes(await compose(docker, await operator, ["config", "--hash", "*"])),
  );
  const control = group.start(async () => {
    const [{ toxiproxy: image }] = await Promise.all([images, networks, operator]);
    return startControl({ runId, names, image, services: linked, signal: group.signal });
  });
  const links = system.nodes.map((node) =>
    group.start(async () => {
      // The nodes' labels come from the operator, and the longest way leads through them: its container goes first.
      const [{ toxiproxy: image }] = await Promise.all([images, networks, operator]);
      const made = await startLinks({
        docker,
        runId,
        names,
        image,
        node,
        peers: peersOf(system, node),
        controlUrl: async () => (await control).get(node.service) ?? "",
        signal: group.signal,
      });
      return [node.service, { ...made, port: node.port }] as const;
    }),
  );
  const services = group.start(() =>
    Promise.all(
      (system.services ?? []).map(async (definition) =>
        startService({
          docker,
          runId,
          names,
          definition,
          image: (await images).services.get(definition.service) ?? "",
          files: await renderFiles(system, definition.service, definition.files, await values),
          environment: renderValues(definition.environment, await values),
          signal: (await networks, group.signal),
        }),
      ),
    ),
  );
  const surroundings = group.start(() => Promise.all([networks, volumes]));
  const allLinks = group.start(() => Promise.all(links));
  const nodes = buildNodes({
    system,
    runId,
    docker,
    group,
    names,
    credentials,
    images,
    values,
    configHashes,
    surroundings,
    links: allLinks,
  });
  void group.start(async () => {
    // Compose would create a node that it does not find.
    await Promise.all([watch, ...[...nodes.values()].map((node) => node.container)]);
    await createApplication(docker, await operator, system.application);
    await Promise.all([services, ...[...nodes.values()].map((node) => node.ready)]);
    for (const step of system.provision ?? []) await provision(docker, names, await operator, step);
    await applicationHealthy(docker, names.project, system.application, group.signal);
  });
  await group.finished();

  const resolver = { docker, names, links: new Map(await allLinks) };
  return {
    runId,
    project: names.project,
    system,
    docker,
    clientsNetwork: names.clientsNetwork,
    dataNetwork: names.dataNetwork,
    nodes: new Map([...nodes].map(([service, node]) => [service, node.started])),
    links: [...resolver.links.values()].flatMap((made) => made.links),
    services: new Map((await services).map((service) => [service.definition.service, service])),
    operator: await operator,
    fence: await fence,
    credential: (name) => credentials.valueOf(name),
    resolve: (host, port) => resolveHost(resolver, host, port),
    runningService: (service) => findRunningService(docker, names.project, service),
  };
}

function nodeEnded(service: string, exitStatus: string): HarnessError {
  return new HarnessError(
    `Expected ${service} to start, found that its container ended with exit status ${exitStatus}; read its log, and correct the system's definition.`,
    { code: "node-not-started", exitStatus: 69 },
  );
}

/** Nodes of the same kind: today's primary is dialled by its replicas, and after a failover the other way round. */
function peersOf(system: SystemDefinition, node: NodeDefinition): string[] {
  return system.nodes
    .filter(({ engine, service }) => engine === node.engine && service !== node.service)
    .map(({ service }) => service);
}
