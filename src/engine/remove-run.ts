import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import { HarnessError } from "../harness-error.ts";
import { harnessLabel, runLabel } from "./labels.ts";
import { isAlive } from "./harness-identity.ts";
import { forgetKept, keptUntil } from "./kept-run.ts";

/** How many of each were removed. */
export interface RemovedRun {
  readonly containers: number;
  readonly networks: number;
  readonly volumes: number;
}

/** What one run has on the engine. */
export interface RunOnEngine {
  readonly runId: string;
  /** Its harness still runs, in this process or another: not to be cleaned. */
  readonly alive: boolean;
  /** Seconds since its oldest part was created. */
  readonly ageSeconds: number;
  /** When a run that was kept on purpose ends (ISO 8601), else undefined. */
  readonly keptUntil: string | undefined;
  readonly containers: number;
  readonly networks: number;
  readonly volumes: number;
}

const removeWithinMs = 60_000;
const pollEveryMs = 100;

interface Part {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
}

/** As the engine answers, where it differs from the client's types. */
interface VolumeEntry {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly CreatedAt: string;
}

interface Parts {
  readonly containers: readonly Part[];
  readonly networks: readonly Part[];
  readonly volumes: readonly Part[];
}

/**
 * Removes everything that carries the run's label: containers, running or not, then networks and volumes. Goes on until nothing
 * is left, so what appears meanwhile is removed too. Calling it again, or twice at once, does no harm.
 *
 * @throws HarnessError 69 when something is still there after a minute, with what the engine said to it last.
 */
export async function removeRun(docker: Docker, runId: string): Promise<RemovedRun> {
  const removed = { containers: new Set<string>(), networks: new Set<string>(), volumes: new Set<string>() };
  const refusals = new Map<string, string>();
  const deadline = performance.now() + removeWithinMs;
  for (;;) {
    const parts = await listParts(docker, `${runLabel}=${runId}`);
    if (count(parts) === 0) break;
    if (performance.now() > deadline) throw notRemoved(runId, parts, refusals);
    await removeEach(parts.containers, removed.containers, refusals, (id) =>
      docker.getContainer(id).remove({ force: true, v: true }),
    );
    await Promise.all([
      removeEach(parts.networks, removed.networks, refusals, (id) => docker.getNetwork(id).remove()),
      removeEach(parts.volumes, removed.volumes, refusals, (id) =>
        docker.getVolume(id).remove({ force: true }),
      ),
    ]);
    if (count(await listParts(docker, `${runLabel}=${runId}`)) > 0) await pause(pollEveryMs);
  }
  await forgetKept(runId);
  return {
    containers: removed.containers.size,
    networks: removed.networks.size,
    volumes: removed.volumes.size,
  };
}

/** Every run that has something on the engine, oldest first. */
export async function listRuns(docker: Docker): Promise<readonly RunOnEngine[]> {
  const parts = await listParts(docker, runLabel);
  const all = [...parts.containers, ...parts.networks, ...parts.volumes];
  const runIds = new Set(all.map((part) => part.labels[runLabel] ?? ""));
  const runs = await Promise.all(
    [...runIds].map(async (runId) => {
      const ofRun = (candidates: readonly Part[]): readonly Part[] =>
        candidates.filter((part) => part.labels[runLabel] === runId);
      const identities = new Set(ofRun(all).flatMap((part) => part.labels[harnessLabel] ?? []));
      return {
        runId,
        alive: [...identities].some(isAlive),
        ageSeconds: (Date.now() - Math.min(...ofRun(all).map((part) => part.createdAtMs))) / 1000,
        keptUntil: await keptUntil(runId),
        containers: ofRun(parts.containers).length,
        networks: ofRun(parts.networks).length,
        volumes: ofRun(parts.volumes).length,
      };
    }),
  );
  return runs.sort((a, b) => b.ageSeconds - a.ageSeconds);
}

async function listParts(docker: Docker, label: string): Promise<Parts> {
  const filters = { label: [label] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return {
    containers: containers.map((it) => ({ id: it.Id, labels: it.Labels, createdAtMs: it.Created * 1000 })),
    networks: networks.map((it) => ({
      id: it.Id,
      labels: it.Labels ?? {},
      createdAtMs: Date.parse(it.Created),
    })),
    volumes: ((volumes.Volumes as unknown as VolumeEntry[] | null) ?? []).map((it) => ({
      id: it.Name,
      labels: it.Labels ?? {},
      createdAtMs: Date.parse(it.CreatedAt),
    })),
  };
}

function count(parts: Parts): number {
  return parts.containers.length + parts.networks.length + parts.volumes.length;
}

/** Gone already, being removed by somebody else, or in use by what is: the next round sees what became of it. */
const passing = new Set([404, 409, 403]);

async function removeEach(
  parts: readonly Part[],
  removed: Set<string>,
  refusals: Map<string, string>,
  remove: (id: string) => Promise<unknown>,
): Promise<void> {
  await Promise.all(
    parts.map(async ({ id }) => {
      try {
        await remove(id);
        removed.add(id);
      } catch (error) {
        const status = (error as { statusCode?: number }).statusCode;
        if (status === undefined || !(passing.has(status) || status >= 500)) throw error;
        refusals.set(id, (error as Error).message.trim());
      }
    }),
  );
}

function notRemoved(runId: string, parts: Parts, refusals: ReadonlyMap<string, string>): HarnessError {
  const ids = [...parts.containers, ...parts.networks, ...parts.volumes]
    .map(({ id }) => `${id.slice(0, 24)}${refusals.has(id) ? ` (${refusals.get(id) ?? ""})` : ""}`)
    .join(", ");
  return new HarnessError(
    `Expected everything of run ${runId} to be gone within ${removeWithinMs / 1000} s, but the engine still has ${ids}: restart the engine, which forgets what it holds by mistake, then call \`drill clean\`.`,
    { code: "run-not-removed", exitStatus: 69 },
  );
}
