import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { GenericContainer } from "testcontainers";
import { stringify } from "yaml";
import type { Engine } from "../src/engine/engine.ts";
import { execInContainer } from "../src/engine/exec.ts";
import { runLabels } from "../src/engine/labels.ts";
import { removeRun } from "../src/engine/remove-run.ts";
import { randomCredentials } from "../src/topology/credentials.ts";
import { noWait } from "../src/topology/no-wait.ts";
import { renderFiles, templateValues } from "../src/topology/rendered-files.ts";
import { resolveRunImages, type RunImages } from "../src/topology/run-images.ts";
import { runNames } from "../src/topology/run-names.ts";
import type { NodeDefinition, SystemDefinition } from "../src/topology/system-definition.ts";
import { renderTemplate } from "../src/topology/template.ts";

/** A compose file as a person would write it for the same services, and a place where Compose runs. */
export interface PreparedByHand extends AsyncDisposable {
  compose(...argv: readonly string[]): Promise<void>;
}

type Values = Readonly<Record<string, string>>;

interface ByHand {
  readonly system: SystemDefinition;
  readonly images: RunImages;
  readonly values: Values;
  readonly labels: Values;
  readonly directory: string;
}

/** Nothing of this is timed. Disposing removes whatever Compose left. */
export async function prepareByHand(
  engine: Engine,
  system: SystemDefinition,
  runId: string,
): Promise<PreparedByHand> {
  const { docker, socketPath } = engine;
  const names = runNames(runId);
  const directory = await mkdtemp(join(tmpdir(), `${names.project}-by-hand-`));
  await using started = new AsyncDisposableStack();
  started.defer(() => rm(directory, { recursive: true, force: true }));
  started.defer(() => removeRun(docker, runId).then(() => undefined));
  const images = await resolveRunImages(docker, system);
  const credentials = randomCredentials(system.credentials);
  const values = templateValues({ ...names, images: images.services, credentials: credentials.values });
  const byHand = { system, images, values, labels: runLabels(runId), directory };
  await writeFile(join(directory, "docker-compose.yml"), stringify(await composeFile(byHand, names.project)));
  const host = await new GenericContainer(images.operator)
    .withName(`${names.project}-by-hand`)
    .withLabels(runLabels(runId))
    .withWorkingDir(directory)
    .withBindMounts([
      { source: socketPath, target: "/var/run/docker.sock" },
      { source: directory, target: directory },
    ])
    .withWaitStrategy(noWait)
    .start();
  const owned = started.move();
  return {
    async compose(...argv) {
      const command = ["docker-compose", "--project-directory", directory, ...argv];
      const { exitStatus, stderr } = await execInContainer(docker, host.getId(), command, {
        timeoutMs: 120_000,
      });
      if (exitStatus !== 0) throw new Error(`docker-compose ${argv.join(" ")}: ${stderr}`);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function composeFile(byHand: ByHand, project: string): Promise<object> {
  const { labels, system } = byHand;
  const services = await Promise.all(
    system.nodes.map(async (node) => ({
      [`node-${node.service}`]: await nodeService(byHand, node),
      [node.service]: await linkService(byHand, node),
    })),
  );
  return {
    name: project,
    services: Object.assign({}, ...services, applicationServices(byHand)) as object,
    networks: { clients: { labels }, data: { labels } },
    volumes: Object.fromEntries(system.nodes.map(({ service }) => [service, { labels }])),
  };
}

async function nodeService(
  { directory, images, labels, system, values }: ByHand,
  node: NodeDefinition,
): Promise<object> {
  const files = await renderFiles(system, node.service, node.files, values);
  const mounts = await Promise.all(
    files.map(async ({ content, path }) => {
      const source = join(directory, node.service, path);
      await mkdir(dirname(source), { recursive: true });
      await writeFile(source, content);
      return `${source}:${path}`;
    }),
  );
  const render = (text: string): string => renderTemplate(text, values);
  return {
    image: images.services.get(node.service),
    labels,
    command: node.command,
    environment: Object.fromEntries(
      Object.entries(node.environment).map(([name, value]) => [name, render(value)]),
    ),
    networks: ["data"],
    ports: [`127.0.0.1::${node.port}`],
    volumes: [`${node.service}:${node.dataPath}`, ...mounts],
    healthcheck: { ...everyQuarterSecond, test: ["CMD-SHELL", healthCommand(system, node, values)] },
    ...(node.engine === "redis" && node.follows !== undefined
      ? { depends_on: { [`node-${node.follows}`]: { condition: "service_healthy" } } }
      : {}),
  };
}

const everyQuarterSecond = { interval: "250ms", timeout: "2s", retries: 240 };

function healthCommand({ stores }: SystemDefinition, node: NodeDefinition, values: Values): string {
  if (node.engine === "postgres") return "pg_isready -q -h 127.0.0.1";
  return `redis-cli --no-auth-warning -a ${values[stores.redis?.passwordCredential ?? ""] ?? ""} PING`;
}

async function linkService({ directory, images, labels }: ByHand, node: NodeDefinition): Promise<object> {
  const file = join(directory, `link-${node.service}.json`);
  const upstream = `node-${node.service}:${node.port}`;
  await writeFile(
    file,
    JSON.stringify([{ name: "link", listen: `0.0.0.0:${node.port}`, upstream, enabled: true }]),
  );
  return {
    image: images.toxiproxy,
    labels,
    command: ["-host=0.0.0.0", "-config=/toxiproxy.json"],
    networks: ["clients", "data"],
    ports: ["127.0.0.1::8474", `127.0.0.1::${node.port}`],
    volumes: [`${file}:/toxiproxy.json`],
  };
}

function applicationServices({ images, labels, system, values }: ByHand): object {
  const { http } = system.application;
  const shared = {
    image: images.services.get("application"),
    labels,
    init: true,
    environment: {
      DATABASE_URL: `postgresql://abtuser:${values["ABTUSER_SECRET"] ?? ""}@postgres:5432/abtpro_db`,
      REDIS_URL: `redis://:${values["REDIS_SECRET"] ?? ""}@redis:6379/0`,
    },
    networks: ["clients"],
    depends_on: ["postgres", "redis"],
  };
  const request = `exec 3<>/dev/tcp/127.0.0.1/${http.port}; printf 'GET ${http.healthPath} HTTP/1.0\\r\\n\\r\\n' >&3; head -1 <&3 | grep -q 200`;
  return {
    backend: {
      ...shared,
      command: ["python3", "-m", "abtpro.backend"],
      ports: [`127.0.0.1::${http.port}`],
      healthcheck: { ...everyQuarterSecond, test: ["CMD", "bash", "-c", request] },
    },
    "celery-worker": { ...shared, command: ["python3", "-m", "abtpro.celery_worker"] },
    "celery-beat": { ...shared, command: ["python3", "-m", "abtpro.celery_beat"] },
  };
}
