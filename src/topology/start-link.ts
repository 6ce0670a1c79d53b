import { GenericContainer, type StartedTestContainer } from "testcontainers";
import { Toxiproxy, type Proxy } from "toxiproxy-node-client";
import type Docker from "dockerode";
import { linkLabel, roleLabel, runLabels } from "../engine/labels.ts";
import { HarnessError } from "../harness-error.ts";
import { clients } from "./clients.ts";
import { controlAlias, controlPort } from "./start-control.ts";
import { noWait } from "./no-wait.ts";
import type { RunNames } from "./run-names.ts";
import type { Endpoint, StartedLink } from "./started-topology.ts";
import type { NodeDefinition } from "./system-definition.ts";
import { waitUntil } from "./wait-until.ts";

export interface LinkOptions {
  readonly docker: Docker;
  readonly runId: string;
  readonly names: RunNames;
  readonly image: string;
  readonly node: NodeDefinition;
  /** Services that dial this node for replication. */
  readonly peers: readonly string[];
  /** URL by which the harness reaches the control port, once there is a way. */
  readonly controlUrl: () => Promise<string>;
  readonly signal: AbortSignal;
}

/** The Toxiproxy of one node. */
export interface NodeLinks {
  readonly links: readonly StartedLink[];
  /** Its address on the clients' network, which is what the node's service name resolves to there. */
  readonly clientsAddress: string;
  /** Where a client on this machine reaches the clients' side of the link. */
  readonly published: Endpoint;
}

/**
 * Starts the Toxiproxy of one node. It answers to the node's service name on both networks and listens on each of its two
 * addresses separately, so that the path of the clients and that of replication can be broken apart.
 */
export async function startLinks(options: LinkOptions): Promise<NodeLinks> {
  const { names, node, peers, runId } = options;
  const container = await new LinkContainer(options).start();
  const toxiproxy = new Toxiproxy(await options.controlUrl());
  await waitUntil(
    { what: `Toxiproxy of ${node.service} to answer`, deadlineMs: 15_000, signal: options.signal },
    () => toxiproxy.getVersion().then(() => undefined),
  );
  const clientsAddress = container.getIpAddress(names.clientsNetwork);
  const listeners = [
    { name: `${clients}-to-${node.service}`, address: clientsAddress, dialledBy: [clients] },
    {
      name: `replication-to-${node.service}`,
      address: container.getIpAddress(names.dataNetwork),
      dialledBy: peers,
    },
  ];
  const links = await Promise.all(
    listeners.map(async ({ name, address, dialledBy }) => {
      const proxy = await createProxy(
        toxiproxy,
        name,
        `${address}:${node.port}`,
        `${names.container(node.service)}:${node.port}`,
      );
      return dialledBy.map((from): StartedLink => ({ from, to: node.service, proxy }));
    }),
  );
  return { links: links.flat(), clientsAddress, published: publishedEndpoint(container, node.port, runId) };
}

class LinkContainer extends GenericContainer {
  readonly #options: LinkOptions;

  constructor(options: LinkOptions) {
    super(options.image);
    this.#options = options;
    const { names, node, runId } = options;
    this.withName(names.link(node.service))
      .withLabels({ ...runLabels(runId), [roleLabel]: "toxiproxy", [linkLabel]: node.service })
      .withNetworkMode(names.clientsNetwork)
      .withExposedPorts(node.port)
      .withCommand([`-host=${controlAlias(node.service)}`, `-port=${controlPort}`])
      .withWaitStrategy(noWait);
    // Toxiproxy dials while it accepts. A node that restarts may come back with another address, and a dial to the one that is gone
    // would keep every client waiting for two minutes; so it ends after one more attempt, a second or two later.
    this.hostConfig.Sysctls = { "net.ipv4.tcp_syn_retries": "1" };
    // Given here: with an alias of Testcontainers' own the container would stand on the engine's default bridge too.
    this.createOpts.NetworkingConfig = {
      EndpointsConfig: { [names.clientsNetwork]: { Aliases: [node.service] } },
    };
  }

  protected override async containerCreated(containerId: string): Promise<void> {
    const { docker, names, node } = this.#options;
    const connect = (network: string, alias: string): Promise<unknown> =>
      docker.getNetwork(network).connect({ Container: containerId, EndpointConfig: { Aliases: [alias] } });
    await connect(names.dataNetwork, node.service);
    await connect(names.controlNetwork, controlAlias(node.service));
  }
}

async function createProxy(
  toxiproxy: Toxiproxy,
  name: string,
  listen: string,
  upstream: string,
): Promise<Proxy> {
  await toxiproxy.createProxy({ name, listen, upstream, enabled: true });
  const proxy = await toxiproxy.get(name);
  if (proxy.enabled && proxy.listen === listen && proxy.upstream === upstream) return proxy;
  throw new HarnessError(
    `Expected the link ${name} from ${listen} to ${upstream}, found ${JSON.stringify(proxy.toJson())}; read Toxiproxy's log.`,
    { code: "link-not-set", exitStatus: 70 },
  );
}

function publishedEndpoint(container: StartedTestContainer, port: number, runId: string): Endpoint {
  try {
    return { host: "127.0.0.1", port: container.getMappedPort(port) };
  } catch (cause) {
    throw new HarnessError(
      `Expected the engine to publish port ${port} of a link of run ${runId}, found none; run \`drill clean\` and try again.`,
      { code: "port-not-published", exitStatus: 69, cause },
    );
  }
}
