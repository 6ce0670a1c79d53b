import type Docker from "dockerode";
import { resolveImage } from "../engine/images.ts";
import type { SystemDefinition } from "./system-definition.ts";

/** References of a run's images, as the engine knows them. */
export interface RunImages {
  /** By service for nodes; `application` for the application's. */
  readonly services: ReadonlyMap<string, string>;
  readonly operator: string;
  readonly toxiproxy: string;
  /** Id by reference. */
  readonly ids: ReadonlyMap<string, string>;
}

/** Finds, pulls or builds every image of the system. */
export async function resolveRunImages(docker: Docker, system: SystemDefinition): Promise<RunImages> {
  const wanted = [
    ...system.nodes.map(({ image, service }) => ({ service, image })),
    ...(system.services ?? []).map(({ image, service }) => ({ service, image })),
    { service: "application", image: system.application.image },
  ];
  const [operator, toxiproxy, services] = await Promise.all([
    resolveImage(docker, system.operator.image),
    resolveImage(docker, "toxiproxy"),
    Promise.all(
      wanted.map(async ({ image, service }) => [service, await resolveImage(docker, image)] as const),
    ),
  ]);
  const references = [...new Set(services.map(([, reference]) => reference))];
  const ids = await Promise.all(
    references.map(
      async (reference) => [reference, (await docker.getImage(reference).inspect()).Id] as const,
    ),
  );
  return { services: new Map(services), operator, toxiproxy, ids: new Map(ids) };
}

/** What a run's operator may create containers from. */
export function allowedImages({ ids }: RunImages): ReadonlySet<string> {
  return new Set([...ids].flat());
}
