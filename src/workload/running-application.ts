import { linkLabel, roleLabel, runLabel } from "../engine/labels.ts";
import type { Endpoint } from "../topology/started-topology.ts";
import type { UrlSource } from "../topology/system-definition.ts";
import type { EngineClient, ListedContainer } from "./engine-client.ts";

/** Where a client finds what it needs, and which application container said so. */
export interface Target {
  /** The client's connections end when this container does, as the application's own would. */
  readonly containerId: string;
  readonly endpoint: Endpoint;
}

export interface StoreTarget extends Target {
  readonly url: URL;
}

/** There is nothing to dial, so nothing was sent. */
export class TargetError extends Error {
  override readonly name = "TargetError";
  /** `application-not-running`, `no-url`, `invalid-url`, `ENOTFOUND`, `ECONNREFUSED` or `engine-unreachable`. */
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

export interface RunningApplicationOptions {
  readonly runId: string;
  /** Compose project of the application. */
  readonly project: string;
  /** For one read from the engine. */
  readonly timeoutMs: number;
}

interface Snapshot {
  readonly application: readonly ListedContainer[];
  readonly links: readonly ListedContainer[];
}

/**
 * What the engine says of the running application and of the links: read before each connect, never remembered, because a documented
 * procedure changes it behind our back. Reads that overlap are one.
 */
export class RunningApplication {
  #reading: Promise<Snapshot> | undefined;
  /** A container never changes its environment: a new one comes with a new id. */
  readonly #environments = new Map<string, ReadonlyMap<string, string>>();
  /** The engine's list shows a container as running for some moments after its end was announced. */
  readonly #ended = new Set<string>();
  readonly #engine: EngineClient;
  readonly #options: RunningApplicationOptions;

  constructor(engine: EngineClient, options: RunningApplicationOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** The container ended, whatever the engine's list says, until it is started again. */
  markEnded(containerId: string): void {
    this.#ended.add(containerId);
  }

  markStarted(containerId: string): void {
    this.#ended.delete(containerId);
  }

  /** Nobody knows any more which containers ended. */
  forgetEnded(): void {
    this.#ended.clear();
  }

  /**
   * The URL of a store in the running application's environment, and what its host name means on the clients' network.
   *
   * @throws TargetError
   */
  async storeTarget(source: UrlSource): Promise<StoreTarget> {
    const { application, links } = await this.#read();
    const container = this.#containerOf(application, source.service);
    const text = (await this.#environmentOf(container.Id)).get(source.variable);
    if (text === undefined || text === "") throw new TargetError("no-url");
    const url = parseUrl(text);
    const port = url.port === "" ? (defaultPorts[url.protocol] ?? 0) : Number(url.port);
    return { containerId: container.Id, url, endpoint: linkEndpoint(links, url.hostname, port) };
  }

  /**
   * Where a port of an application service is published.
   *
   * @throws TargetError
   */
  async serviceTarget(service: string, port: number): Promise<Target> {
    const { application } = await this.#read();
    const container = this.#containerOf(application, service);
    const endpoint = publishedEndpoint(container, port);
    if (endpoint === undefined) throw new TargetError("ECONNREFUSED");
    return { containerId: container.Id, endpoint };
  }

  async #environmentOf(containerId: string): Promise<ReadonlyMap<string, string>> {
    const known = this.#environments.get(containerId);
    if (known !== undefined) return known;
    let environment: ReadonlyMap<string, string>;
    try {
      environment = await this.#engine.environment(containerId, this.#options.timeoutMs);
    } catch (cause) {
      throw new TargetError("application-not-running", { cause });
    }
    this.#environments.set(containerId, environment);
    return environment;
  }

  #containerOf(containers: readonly ListedContainer[], service: string): ListedContainer {
    const container = containers.find(
      ({ Id, Labels }) => Labels["com.docker.compose.service"] === service && !this.#ended.has(Id),
    );
    if (container === undefined) throw new TargetError("application-not-running");
    return container;
  }

  #read(): Promise<Snapshot> {
    this.#reading ??= this.#list().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #list(): Promise<Snapshot> {
    const { runId, project, timeoutMs } = this.#options;
    try {
      // One question for both: the engine takes a millisecond or two of a CPU for each, several hundred times a second in an outage.
      const running = await this.#engine.listRunning([`${runLabel}=${runId}`], timeoutMs);
      return {
        application: running.filter(({ Labels }) => Labels["com.docker.compose.project"] === project),
        links: running.filter(({ Labels }) => Labels[roleLabel] === "toxiproxy"),
      };
    } catch (cause) {
      throw new TargetError("engine-unreachable", { cause });
    }
  }
}

const defaultPorts: Readonly<Record<string, number>> = {
  "postgresql:": 5432,
  "postgres:": 5432,
  "redis:": 6379,
};

function linkEndpoint(links: readonly ListedContainer[], host: string, port: number): Endpoint {
  const link = links.find((candidate) => candidate.Labels[linkLabel] === host);
  if (link === undefined) throw new TargetError("ENOTFOUND");
  const endpoint = publishedEndpoint(link, port);
  if (endpoint === undefined) throw new TargetError("ECONNREFUSED");
  return endpoint;
}

function publishedEndpoint(container: ListedContainer, port: number): Endpoint | undefined {
  const published = container.Ports.find(
    (candidate) => candidate.PrivatePort === port && candidate.PublicPort,
  );
  return published?.PublicPort === undefined ? undefined : { host: "127.0.0.1", port: published.PublicPort };
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    // The URL holds a password: it is not repeated.
    throw new TargetError("invalid-url");
  }
}
