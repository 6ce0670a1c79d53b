import { PostgreSqlContainer } from "@testcontainers/postgresql";
import { RedisContainer } from "@testcontainers/redis";
import type { GenericContainer } from "testcontainers";
import { roleLabel, runLabels } from "../engine/labels.ts";
import { noWait } from "./no-wait.ts";
import type { RunNames } from "./run-names.ts";
import type { Endpoint } from "./started-topology.ts";
import type { NodeDefinition } from "./system-definition.ts";
import { tarArchive } from "./tar-archive.ts";

export interface NodeOptions {
  readonly runId: string;
  readonly names: RunNames;
  readonly image: string;
  readonly node: NodeDefinition;
  /** Rendered: path in the container, mode, text. */
  readonly files: readonly { readonly path: string; readonly mode: number; readonly content: string }[];
  /** Rendered. */
  readonly environment: Readonly<Record<string, string>>;
  /** By which Compose takes the container for its own. */
  readonly composeLabels: Readonly<Record<string, string>>;
}

/**
 * Starts the container of a data node and returns where it publishes its port. Whether the server in it is ready is asked of the
 * server.
 */
export async function startNodeContainer(options: NodeOptions): Promise<Endpoint> {
  const { composeLabels, environment, files, names, node, runId } = options;
  const configuration = node.configurationPath;
  const container = await containerOf(options)
    .withName(names.container(node.service))
    .withLabels({ ...runLabels(runId), [roleLabel]: "node", ...composeLabels })
    .withNetworkMode(names.dataNetwork)
    .withExposedPorts(node.port)
    .withCommand([...node.command])
    .withEnvironment({ ...environment })
    .withBindMounts([
      { source: names.dataVolume(node.service), target: node.dataPath },
      ...(configuration === undefined
        ? []
        : [{ source: names.configurationVolume(node.service), target: configuration }]),
    ])
    .withCopyArchivesToContainer([
      {
        tar: tarArchive([
          // A server that rewrites its configuration does so under another name and renames: it needs the folder, whatever its
          // user's number in this image is.
          ...(configuration === undefined ? [] : [{ path: `${configuration}/`, mode: 0o777 }]),
          ...files,
        ]),
        target: "/",
      },
    ])
    .withWaitStrategy(noWait)
    .start();
  return { host: "127.0.0.1", port: container.getMappedPort(node.port) };
}

/** The engine's word for "not even the image's own"; Testcontainers' type does not have it. */
const noHealthCheck = ["NONE"] as unknown as ["CMD", string];

function containerOf({ environment, image, node }: NodeOptions): GenericContainer {
  switch (node.engine) {
    case "postgres":
      return (
        new PostgreSqlContainer(image)
          .withDatabase(environment["POSTGRES_DB"] ?? "postgres")
          .withUsername(environment["POSTGRES_USER"] ?? "postgres")
          .withPassword(environment["POSTGRES_PASSWORD"] ?? "")
          // Its own check would run a process four times a second, with the password in its command line.
          .withHealthCheck({ test: noHealthCheck })
      );
    case "redis":
      return new RedisContainer(image);
  }
}
