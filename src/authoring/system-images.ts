import type { SystemDefinition } from "../topology/system-definition.ts";

/** Names of every image that a run of the system needs, each once. */
export function systemImages({ nodes, services = [], application, operator }: SystemDefinition): string[] {
  const images = [...nodes, ...services, application, operator].map(({ image }) => image);
  return [...new Set([...images, "toxiproxy"])];
}
