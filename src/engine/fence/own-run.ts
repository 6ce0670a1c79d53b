import { roleLabel, runLabel } from "../labels.ts";
import { Denied, refused } from "./denied.ts";
import type { EngineClient } from "./engine-client.ts";
import type { Reach } from "./reach.ts";

/** The run that a fence stands around, and what it may be given. */
export interface RunScope {
  readonly runId: string;
  readonly project: string;
  /** For everything that is created: what clean-up finds it by. */
  readonly labels: Readonly<Record<string, string>>;
  readonly allowedImages: ReadonlySet<string>;
  readonly linkAliases: ReadonlySet<string>;
  readonly limits: ContainerLimits;
}

/** Upper bounds of a container that Compose creates. */
export interface ContainerLimits {
  readonly memoryBytes: number;
  readonly pids: number;
}

export interface OwnContainer {
  readonly id: string;
  /** Compose service; the container's name when it has none. */
  readonly service: string;
}

export interface OwnNetwork {
  readonly id: string;
  readonly name: string;
}

export interface AllowedImage {
  readonly id: string;
  /** Paths for which the image wants a volume. */
  readonly volumePaths: readonly string[];
}

export const projectLabel = "com.docker.compose.project";
export const serviceLabel = "com.docker.compose.service";

/** Parts of the harness itself: they carry the run's label and are none of the operator's business. */
const hiddenRoles: ReadonlySet<string | undefined> = new Set(["operator", "toxiproxy", "service"]);

const objectName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

interface Inspected {
  readonly Id?: string;
  readonly Name?: string;
  readonly Labels?: Record<string, string> | null;
  readonly Config?: {
    readonly Labels?: Record<string, string> | null;
    readonly Volumes?: object | null;
  } | null;
}

/** Finds what a client names, and refuses it unless it belongs to the run. What it returns holds ids only the engine gave. */
export class OwnRun {
  readonly scope: RunScope;
  readonly reach: Reach;
  // Labels of a container never change, so that what a full id means is asked once.
  readonly #containers = new Map<string, OwnContainer>();

  constructor(scope: RunScope, reach: Reach) {
    this.scope = scope;
    this.reach = reach;
  }

  async container(engine: EngineClient, nameOrId: string): Promise<OwnContainer> {
    const found = this.#containers.get(nameOrId) ?? (await this.#findContainer(engine, nameOrId));
    this.reach.check(found.service);
    return found;
  }

  async network(engine: EngineClient, nameOrId: string): Promise<OwnNetwork> {
    checkName("network", nameOrId);
    const { Id, Name, Labels } = (await engine.read({
      method: "GET",
      path: ["networks", nameOrId],
    })) as Inspected;
    if (Id === undefined || Name === undefined || !this.isVisibleNetwork(Labels))
      throw foreign("network", nameOrId);
    return { id: Id, name: Name };
  }

  /** Its name: volumes have no other identity. */
  async volume(engine: EngineClient, name: string): Promise<string> {
    checkName("volume", name);
    const { Name, Labels } = (await engine
      .read({ method: "GET", path: ["volumes", name] })
      .catch(absent)) as Inspected;
    if (Name !== name || !this.isOwn(Labels)) throw foreign("volume", name);
    return Name;
  }

  async image(engine: EngineClient, reference: string): Promise<AllowedImage> {
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_.:/@-]*$/.test(reference))
      throw refused(`${JSON.stringify(reference)} is no image`, 400);
    const named = this.scope.allowedImages.has(reference);
    const lookup = engine.read({ method: "GET", path: ["images", reference, "json"] });
    const { Id, Config } = (await (named ? lookup : lookup.catch(absent))) as Inspected;
    if (Id === undefined || !(named || this.scope.allowedImages.has(Id))) {
      throw refused(`image ${JSON.stringify(reference)} is not one of this run`);
    }
    return { id: Id, volumePaths: Object.keys(Config?.Volumes ?? {}) };
  }

  /** The labels that everything of the run has; a listing is always filtered by them. */
  get runLabels(): Readonly<Record<string, string>> {
    return { [runLabel]: this.scope.runId };
  }

  /** The labels that every container has that the operator may see. */
  get containerLabels(): Readonly<Record<string, string>> {
    return { ...this.runLabels, [projectLabel]: this.scope.project };
  }

  /** Whether these are the labels of something of the run. */
  isOwn(labels: Readonly<Record<string, string>> | null | undefined): boolean {
    return labels?.[runLabel] === this.scope.runId;
  }

  /** Whether these are the labels of a network that the operator may see and have containers on. */
  isVisibleNetwork(labels: Readonly<Record<string, string>> | null | undefined): boolean {
    return this.isOwn(labels) && !hiddenRoles.has(labels?.[roleLabel]);
  }

  /** Whether these are the labels of a container that the operator may see. */
  isVisible(labels: Readonly<Record<string, string>> | null | undefined): boolean {
    return (
      this.isOwn(labels) &&
      labels?.[projectLabel] === this.scope.project &&
      !hiddenRoles.has(labels[roleLabel])
    );
  }

  async #findContainer(engine: EngineClient, nameOrId: string): Promise<OwnContainer> {
    checkName("container", nameOrId);
    const inspected = (await engine.read({
      method: "GET",
      path: ["containers", nameOrId, "json"],
    })) as Inspected;
    const labels = inspected.Config?.Labels;
    if (inspected.Id === undefined || !this.isVisible(labels)) throw foreign("container", nameOrId);
    const found = {
      id: inspected.Id,
      service: labels?.[serviceLabel] ?? inspected.Name?.slice(1) ?? inspected.Id,
    };
    this.#containers.set(found.id, found);
    return found;
  }
}

function checkName(kind: string, name: string): void {
  if (!objectName.test(name)) throw refused(`${JSON.stringify(name)} is no name of a ${kind}`, 400);
}

function foreign(kind: string, name: string): Denied {
  return refused(`${kind} ${JSON.stringify(name)} does not belong to this run`);
}

/** What the engine does not have is not of the run either: same refusal, nothing learned about other people's things. */
function absent(error: unknown): Inspected {
  if (error instanceof Denied && error.status === 404) return {};
  throw error;
}
