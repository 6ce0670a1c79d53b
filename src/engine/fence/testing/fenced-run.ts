import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { connectEngine } from "../../engine.ts";
import { execInContainer, type ExecResult } from "../../exec.ts";
import { resolveImage } from "../../images.ts";
import { runLabels } from "../../labels.ts";
import { removeRun } from "../../remove-run.ts";
import type { Refusal } from "../fence-server.ts";
import { startFence, type Fence } from "../start-fence.ts";

/**
 * For the fence's own tests: the smallest run there is (two networks, a volume, an operator with Compose behind a fence), and
 * beside it a bystander that must live through everything: another person's container, network and volume, whose container
 * claims the same Compose project and a service name of the run.
 */
export interface FencedRun extends AsyncDisposable {
  readonly docker: Docker;
  readonly engineSocketPath: string;
  readonly fence: Fence;
  readonly runId: string;
  readonly project: string;
  readonly image: string;
  /** Declares a volume of its own. */
  readonly imageWithVolume: string;
  readonly operatorId: string;
  readonly refusals: Refusal[];
  readonly bystander: Bystander;
  /** Runs a line of bash in the operator's checkout. */
  operate(line: string, stdin?: string): Promise<ExecResult>;
}

export interface Bystander {
  readonly containerId: string;
  readonly name: string;
  readonly networkId: string;
  readonly volumeName: string;
}

const checkout = "/srv/checkout";

export async function startFencedRun(): Promise<FencedRun> {
  const { docker, socketPath: engineSocketPath } = await connectEngine();
  const [image, imageWithVolume] = await Promise.all([
    resolveImage(docker, "operator"),
    resolveImage(docker, "redis"),
  ]);
  const runId = `f${randomBytes(4).toString("hex").slice(0, 7)}`;
  const project = `drill-${runId}`;
  const labels = runLabels(runId);
  await using undo = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "fence-"));
  undo.defer(() => rm(directory, { recursive: true }));
  const refusals: Refusal[] = [];
  const fence = await startFence({
    engineSocketPath,
    socketDirectory: directory,
    runId,
    project,
    labels,
    allowedImages: new Set([image, imageWithVolume]),
    linkAliases: new Set(["postgres"]),
    onRefusal: (refusal) => refusals.push(refusal),
    onExec: () => undefined,
  });

  undo.use(fence);
  undo.defer(() => discard(removeRun(docker, runId)));
  for (const name of ["clients", "data"])
    await docker.createNetwork({ Name: `${project}-${name}`, Labels: labels });
  await docker.createVolume({ Name: `${project}-pgdata`, Labels: labels });
  const bystander = await startBystander(docker, project, image, undo);
  const operator = await docker.createContainer({
    name: `${project}-operator`,
    Image: image,
    // A project label that the real operator lacks: its role alone has to hide it.
    Labels: { ...labels, "drill.role": "operator", "com.docker.compose.project": project },
    WorkingDir: checkout,
    HostConfig: { NetworkMode: `${project}-clients`, Binds: [`${fence.socketPath}:/var/run/docker.sock`] },
  });
  await operator.start();

  const operate = (line: string, stdin?: string): Promise<ExecResult> =>
    execInContainer(docker, operator.id, ["bash", "-c", line], {
      timeoutMs: 60_000,
      ...(stdin === undefined ? {} : { stdin }),
    });
  await operate("cat > docker-compose.yml", composeFile(project, image));

  const kept = undo.move();
  return {
    docker,
    engineSocketPath,
    fence,
    runId,
    project,
    image,
    imageWithVolume,
    operatorId: operator.id,
    refusals,
    bystander,
    operate,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function startBystander(
  docker: Docker,
  project: string,
  image: string,
  undo: AsyncDisposableStack,
): Promise<Bystander> {
  const name = `bystander-${project}`;
  const network = await docker.createNetwork({ Name: name });
  undo.defer(() => discard(network.remove()));
  await docker.createVolume({ Name: name });
  undo.defer(() => discard(docker.getVolume(name).remove()));
  const container = await docker.createContainer({
    name,
    Image: image,
    Labels: {
      "com.docker.compose.project": project,
      "com.docker.compose.service": "backend",
      "com.docker.compose.oneoff": "False",
      "com.docker.compose.container-number": "1",
    },
    HostConfig: { NetworkMode: name, Binds: [`${name}:/data`] },
  });
  undo.defer(() => container.remove({ force: true, v: true }));
  await container.start();
  return { containerId: container.id, name, networkId: network.id, volumeName: name };
}

function composeFile(project: string, image: string): string {
  return `
name: ${project}
services:
  backend:
    image: ${image}
    command: ["sleep", "infinity"]
    environment: { DATABASE_URL: "\${DATABASE_URL:-first}" }
    restart: unless-stopped
    ports: ["8000"]
    networks: [clients]
    depends_on: [postgres]
  postgres:
    image: ${image}
    command: ["sleep", "infinity"]
    networks: [data, clients]
    volumes: ["pgdata:/var/lib/data"]
networks:
  clients: { external: true, name: ${project}-clients }
  data: { external: true, name: ${project}-data }
volumes:
  pgdata: { external: true, name: ${project}-pgdata }
`;
}

async function discard(removal: Promise<unknown>): Promise<void> {
  await removal;
}
