import type Docker from "dockerode";
import type { Proxy } from "toxiproxy-node-client";
import type { Fence } from "../engine/fence/start-fence.ts";
import type { NodeDefinition, ServiceDefinition, SystemDefinition } from "./system-definition.ts";

/** A system that runs: every container, network and volume of it carries the run's labels. Disposing removes all of them. */
export interface StartedTopology extends AsyncDisposable {
  readonly runId: string;
  /** Compose project name; also the prefix of every container, network and volume name of the run. */
  readonly project: string;
  readonly system: SystemDefinition;
  readonly docker: Docker;
  readonly clientsNetwork: string;
  readonly dataNetwork: string;
  readonly nodes: ReadonlyMap<string, StartedNode>;
  readonly links: readonly StartedLink[];
  /** Servers beside the data nodes, by service name. */
  readonly services: ReadonlyMap<string, StartedService>;
  readonly operator: StartedOperator;
  /**
   * The operator's way to the engine. A fault that makes a node's host unreachable cuts it off here too; what the operator had
   * executed in which service is told here.
   */
  readonly fence: Pick<Fence, "executedIn" | "cutOff" | "restore">;
  /** Value of a random credential of this run. */
  credential(name: string): string;
  /** Every secret of the run, for redaction. */
  readonly secrets: readonly string[];
  /**
   * Resolves a host name of the clients' network, as the application would, to what a client on this machine can dial. Undefined
   * where the name does not resolve there.
   */
  resolve(host: string, port: number): Promise<Endpoint | undefined>;
  /** The running container of a Compose service, asked of the engine each time; undefined when none runs. */
  runningService(service: string): Promise<RunningService | undefined>;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface RunningService {
  readonly containerId: string;
  /** RFC 3339, as the engine gives it. */
  readonly startedAt: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Published ports on loopback, by container port. */
  readonly ports: ReadonlyMap<number, Endpoint>;
}

/** A server of one of the system's stores, whose state can be collected. */
export interface StoreServer {
  readonly definition: Pick<NodeDefinition, "service" | "engine">;
  /**
   * Loopback address of the server itself, past every link: for collecting state, never for the workload. Asked of the engine each
   * time, for a restart changes it; undefined while the container does not run.
   */
  directEndpoint(): Promise<Endpoint | undefined>;
}

export interface StartedNode extends StoreServer {
  readonly definition: NodeDefinition;
  readonly containerName: string;
  readonly volumeName: string;
}

/** A network path through Toxiproxy. */
export interface StartedLink {
  /** Who dials: `clients`, or the service name of a replica. */
  readonly from: string;
  /** Service name of the node that is dialled. */
  readonly to: string;
  readonly proxy: Proxy;
}

/** A server beside the data nodes. */
export interface StartedService {
  readonly definition: ServiceDefinition;
  readonly containerId: string;
}

export interface StartedOperator {
  readonly containerId: string;
  readonly checkout: string;
}
