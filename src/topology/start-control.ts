import { GenericContainer } from "testcontainers";
import { Toxiproxy } from "toxiproxy-node-client";
import { roleLabel, runLabels } from "../engine/labels.ts";
import { noWait } from "./no-wait.ts";
import type { RunNames } from "./run-names.ts";
import { waitUntil } from "./wait-until.ts";

/** Where a Toxiproxy listens for orders, on the control network alone. */
export const controlPort = 8474;

/** The name of a link's control address: on the control network, and on no other. */
export function controlAlias(service: string): string {
  return `control-${service}`;
}

export interface ControlOptions {
  readonly runId: string;
  readonly names: RunNames;
  readonly image: string;
  /** Services that have a link. */
  readonly services: readonly string[];
  readonly signal: AbortSignal;
}

const firstPublishedPort = 20_000;

/**
 * Starts the harness's way to the links' control ports, and returns where each of them is reached, by service. The engine publishes
 * the ports of a container on one of its networks only, and a link's have to be published where the clients are: whoever is there
 * could lift a fault. So the control ports are bound on a network of their own, and one container on it passes them on.
 */
export async function startControl(options: ControlOptions): Promise<ReadonlyMap<string, string>> {
  const { image, names, runId, services, signal } = options;
  const ports = services.map((_, index) => firstPublishedPort + index);
  const container = await new GenericContainer(image)
    .withName(names.control)
    .withLabels({ ...runLabels(runId), [roleLabel]: "toxiproxy" })
    .withNetworkMode(names.controlNetwork)
    .withExposedPorts(controlPort, ...ports)
    .withWaitStrategy(noWait)
    .start();
  const urlOf = (port: number): string => `http://127.0.0.1:${container.getMappedPort(port)}`;
  const toxiproxy = new Toxiproxy(urlOf(controlPort));
  await waitUntil({ what: "the links' control to answer", deadlineMs: 15_000, signal }, () =>
    toxiproxy.getVersion().then(() => undefined),
  );
  await Promise.all(
    services.map((service, index) =>
      toxiproxy.createProxy({
        name: service,
        listen: `0.0.0.0:${firstPublishedPort + index}`,
        upstream: `${controlAlias(service)}:${controlPort}`,
        enabled: true,
      }),
    ),
  );
  return new Map(services.map((service, index) => [service, urlOf(firstPublishedPort + index)]));
}
