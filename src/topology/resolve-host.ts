import type Docker from "dockerode";
import type { RunNames } from "./run-names.ts";
import { inspectIfThere, publishedPorts } from "./running-service.ts";
import type { NodeLinks } from "./start-link.ts";
import type { Endpoint } from "./started-topology.ts";

export interface Resolver {
  readonly docker: Docker;
  readonly names: RunNames;
  /** By service. */
  readonly links: ReadonlyMap<string, NodeLinks & { readonly port: number }>;
}

/**
 * What a name (or address) and port of the clients' network are to a client on this machine; undefined where the name does not
 * resolve there or nothing of the run listens on that port.
 *
 * A data node's own name or address resolves to nothing: the node does not stand on that network.
 */
export async function resolveHost(
  { docker, links, names }: Resolver,
  host: string,
  port: number,
): Promise<Endpoint | undefined> {
  for (const [service, link] of links) {
    // A link's address and port stay the same as long as the run lasts: no need to ask the engine before each connect.
    if ([service, names.link(service), link.clientsAddress].includes(host))
      return port === link.port ? link.published : undefined;
  }
  return resolveOther(docker, names, host, port);
}

/** The application's containers come and go: the engine knows which names they have now. */
async function resolveOther(
  docker: Docker,
  names: RunNames,
  host: string,
  port: number,
): Promise<Endpoint | undefined> {
  const listed = await docker.listContainers({
    filters: {
      network: [names.clientsNetwork],
      status: ["running"],
      label: [`com.docker.compose.project=${names.project}`],
    },
  });
  const inspected = await Promise.all(listed.map(({ Id }) => inspectIfThere(docker, Id)));
  for (const container of inspected) {
    const settings = container?.NetworkSettings.Networks[names.clientsNetwork];
    if (container === undefined || settings === undefined) continue;
    const aliases = (settings.Aliases as readonly string[] | null) ?? [];
    if ([container.Name.slice(1), settings.IPAddress, ...aliases].includes(host))
      return publishedPorts(container).get(port);
  }
  return undefined;
}
