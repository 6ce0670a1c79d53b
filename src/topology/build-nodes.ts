import type Docker from "dockerode";
import { composeLabels, configHashOf } from "./compose-labels.ts";
import type { Credentials } from "./credentials.ts";
import { renderFiles } from "./rendered-files.ts";
import type { RunImages } from "./run-images.ts";
import type { RunNames } from "./run-names.ts";
import { startNodeContainer } from "./start-node.ts";
import { startedNode } from "./started-node.ts";
import type { Endpoint, StartedNode } from "./started-topology.ts";
import { storeDriver } from "./store-driver.ts";
import type { NodeDefinition, SystemDefinition } from "./system-definition.ts";
import type { TaskGroup } from "./task-group.ts";
import { renderValues } from "./template.ts";
import { waitUntil } from "./wait-until.ts";

/** A node on its way: its container comes first, then its server is ready to serve or, for a replica, to follow. */
export interface NodeInProgress {
  readonly started: StartedNode;
  /** Where its container publishes its port. */
  readonly container: Promise<Endpoint>;
  readonly ready: Promise<void>;
}

export interface NodesBuild {
  readonly system: SystemDefinition;
  readonly runId: string;
  readonly docker: Docker;
  readonly group: TaskGroup;
  readonly names: RunNames;
  readonly credentials: Credentials;
  readonly images: Promise<RunImages>;
  readonly values: Promise<Readonly<Record<string, string>>>;
  readonly configHashes: Promise<ReadonlyMap<string, string>>;
  /** Networks and volumes are there. */
  readonly surroundings: Promise<unknown>;
  /** The links are there, which a replica dials. */
  readonly links: Promise<unknown>;
}

/** Starts all data nodes, each as soon as what it needs is there. A replica that is not attached needs nobody. */
export function buildNodes(build: NodesBuild): ReadonlyMap<string, NodeInProgress> {
  const nodes = new Map<string, NodeInProgress>();
  // A replica's primary has to be in the map before it.
  const primariesFirst = build.system.nodes.toSorted(
    (a, b) => Number(a.role === "replica") - Number(b.role === "replica"),
  );
  for (const node of primariesFirst) {
    const follows = node.role === "replica" && node.attached !== false;
    nodes.set(node.service, follows ? buildReplica(build, node, nodes) : buildLone(build, node));
  }
  return nodes;
}

/** A server that follows nobody; a primary gets the data that is there before the run. */
function buildLone(build: NodesBuild, node: NodeDefinition): NodeInProgress {
  const { credentials, docker, group, names, system } = build;
  const driver = storeDriver(system, node.engine, credentials);
  const container = group.start(() => startContainer(build, node));
  const ready = group.start(async () => {
    const endpoint = await container;
    const what = `${node.service} to answer`;
    await waitUntil({ what, deadlineMs: 60_000, signal: group.signal }, () =>
      driver.answers(endpoint).then(() => undefined),
    );
    if (node.role === "primary") await driver.seed(endpoint);
  });
  return { started: startedNode(docker, names, node), container, ready };
}

function buildReplica(
  build: NodesBuild,
  node: NodeDefinition,
  nodes: ReadonlyMap<string, NodeInProgress>,
): NodeInProgress {
  const { credentials, docker, group, names, system } = build;
  const primary = nodes.get(node.follows ?? "");
  // Checked before anything was started.
  if (primary === undefined) throw new Error(`${node.service} follows no primary`);
  const driver = storeDriver(system, node.engine, credentials);
  const container = group.start(async () => {
    await build.links;
    if (!driver.replicaWaits) await primary.ready;
    return startContainer(build, node);
  });
  const ready = group.start(async () => {
    const [ofReplica, ofPrimary] = await Promise.all([container, primary.container, primary.ready]);
    const what = `${node.service} to follow ${primary.started.definition.service}`;
    const whyNot = await driver.replicationCheck(ofPrimary);
    await waitUntil({ what, deadlineMs: 60_000, signal: group.signal }, () => whyNot(ofReplica));
  });
  return { started: startedNode(docker, names, node), container, ready };
}

async function startContainer(build: NodesBuild, node: NodeDefinition): Promise<Endpoint> {
  const { configHashes, names, runId, system } = build;
  const [images, values, hashes] = await Promise.all([
    build.images,
    build.values,
    configHashes,
    build.surroundings,
  ]);
  const image = images.services.get(node.service) ?? "";
  return startNodeContainer({
    runId,
    names,
    image,
    node,
    files: await renderFiles(system, node.service, node.files, values),
    environment: renderValues(node.environment, values),
    composeLabels: composeLabels({
      project: names.project,
      service: node.service,
      configHash: configHashOf(hashes, node.service),
      imageId: images.ids.get(image) ?? "",
    }),
  });
}
