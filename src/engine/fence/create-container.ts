import { refused } from "./denied.ts";
import type { CreateBody } from "./create-body.ts";
import { containerLabels } from "./create-labels.ts";
import { volumeMount, wantedVolumes } from "./create-mounts.ts";
import { loopbackBindings } from "./create-ports.ts";
import type { EngineClient } from "./engine-client.ts";
import { isLinkAlias, withoutLinkAliases } from "./link-aliases.ts";
import type { OwnRun } from "./own-run.ts";

/**
 * The body that the engine gets for a new container: every object it names looked up and proven to be the run's, the run's labels
 * and limits added.
 */
export async function composeCreateBody(
  asked: CreateBody,
  run: OwnRun,
  engine: EngineClient,
): Promise<object> {
  const { HostConfig: host = {}, NetworkingConfig, Labels, Volumes, Hostname, ...plain } = asked;
  const image = await run.image(engine, plain.Image ?? "");
  const networks = await resolveNetworks(
    host.NetworkMode ?? "",
    NetworkingConfig?.EndpointsConfig ?? {},
    run,
    engine,
  );
  const volumes = wantedVolumes(host, [...Object.keys(Volumes ?? {}), ...image.volumePaths]);
  for (const { name } of volumes) {
    if (name !== undefined) await run.volume(engine, name);
  }
  const { Memory, PidsLimit, ...plainHost } = host;
  const { labels, limits, linkAliases } = run.scope;
  return {
    ...plain,
    // Newer engines answer to a container's host name, too.
    ...(Hostname === undefined || isLinkAlias(Hostname, linkAliases) ? {} : { Hostname }),
    Labels: containerLabels(Labels ?? {}, run),
    HostConfig: {
      ...plainHost,
      // Named volumes that came this way are among the mounts.
      Binds: [],
      NetworkMode: networks.primary,
      PortBindings: loopbackBindings(host.PortBindings ?? {}),
      Mounts: volumes.map((volume) => volumeMount(volume, { ...labels, ...run.runLabels })),
      Memory: atMost(limits.memoryBytes, Memory),
      PidsLimit: atMost(limits.pids, PidsLimit),
    },
    NetworkingConfig: { EndpointsConfig: networks.endpoints },
  };
}

type Endpoints = Readonly<Record<string, { readonly Aliases?: readonly string[] }>>;

async function resolveNetworks(
  mode: string,
  asked: Endpoints,
  run: OwnRun,
  engine: EngineClient,
): Promise<{ primary: string; endpoints: Record<string, { Aliases: string[] }> }> {
  if (mode === "" || mode === "default") throw refused("a container must be on a network of this run");
  if (mode.includes(":")) throw refused(`network mode ${JSON.stringify(mode)} is not a network of this run`);
  // Ids instead of names: a network of somebody else may have the same name.
  const primary = (await run.network(engine, mode)).id;
  const endpoints: Record<string, { Aliases: string[] }> = { [primary]: { Aliases: [] } };
  for (const [name, { Aliases = [] }] of Object.entries(asked)) {
    const { id } = await run.network(engine, name);
    endpoints[id] = { Aliases: withoutLinkAliases(Aliases, run.scope.linkAliases) };
  }
  return { primary, endpoints };
}

/** Zero and negative numbers mean "no limit" to the engine. */
function atMost(limit: number, asked: number | undefined): number {
  return asked !== undefined && asked > 0 ? Math.min(asked, limit) : limit;
}
