import { request } from "node:http";
import { connect } from "node:net";
import { buffer, text } from "node:stream/consumers";
import type Docker from "dockerode";
import { expect } from "vitest";
import type { FencedRun } from "./fenced-run.ts";

/**
 * For the fence's own tests: what an attacker in the operator container can send, and what must be true afterwards.
 */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One request exactly as written: the target is not normalised, the body not touched. */
export function ask(run: FencedRun, method: string, target: string, body?: unknown): Promise<Answer> {
  const bytes = Buffer.from(typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const sent = request(
      { socketPath: run.fence.socketPath, method, path: target, agent: false },
      (response) => {
        text(response).then(
          (received) => resolve({ status: response.statusCode ?? 0, text: received }),
          reject,
        );
      },
    );
    sent.once("error", reject);
    sent.setHeader("content-type", "application/json");
    sent.end(bytes);
  });
}

/** Everything that comes back on one connection for these bytes, until the fence closes it. */
export async function sendRaw(run: FencedRun, bytes: string, { thenEnd = false } = {}): Promise<string> {
  const socket = connect(run.fence.socketPath);
  socket.write(bytes);
  if (thenEnd) socket.end();
  return (await buffer(socket)).toString();
}

/** The fence itself said no, for this reason; it told the harness; and nothing happened. */
export async function expectRefused(
  run: FencedRun,
  [method, target, body]: readonly [method: string, target: string, body?: unknown],
  reason: RegExp,
): Promise<void> {
  const before = await readWorld(run);
  run.refusals.length = 0;
  const answer = await ask(run, method, target, body);
  const label = `${method} ${target} ${typeof body === "string" ? body : JSON.stringify(body)}`;
  expect(answer.text, label).toContain("refused by the fence: ");
  expect(answer.text, label).toMatch(reason);
  expect([400, 403, 413], label).toContain(answer.status);
  expect(run.refusals, label).toMatchObject([{ method, path: target.replace(/\?.*$/, "") }]);
  expect(await readWorld(run), label).toEqual(before);
}

/** What an attack could change, as the engine says: the bystander, and everything whose description holds the run's id. */
async function readWorld({ docker, bystander, runId }: FencedRun): Promise<unknown> {
  const [container, network, volume, containers, networks, { Volumes }] = await Promise.all([
    docker.getContainer(bystander.containerId).inspect(),
    docker.getNetwork(bystander.networkId).inspect() as Promise<object>,
    docker.getVolume(bystander.volumeName).inspect(),
    docker.listContainers({ all: true }),
    docker.listNetworks(),
    docker.listVolumes(),
  ]);
  const ofRun = (found: readonly object[]): string[] =>
    found
      .map((each) => JSON.stringify(each))
      .filter((each) => each.includes(runId))
      .map((each) => each.replace(/"Status":"[^"]*"/, ""))
      .sort();
  return {
    container,
    network,
    volume,
    containers: ofRun(containers),
    networks: ofRun(networks),
    volumes: ofRun(Volumes),
  };
}

/** Where a container of the run can be created. */
export function createTarget(run: FencedRun): string {
  return `/v1.41/containers/create?name=${run.project}-loot`;
}

/** What the fence lets through there; each escape is this and one thing more. */
export function createBody(run: FencedRun, more: object = {}, host: object = {}): Record<string, unknown> {
  const HostConfig = { NetworkMode: `${run.project}-clients`, ...host };
  return { Image: run.image, Cmd: ["sleep", "60"], HostConfig, ...more };
}

/** The container that the fence lets be created, as the engine describes it; it is removed again. */
export async function createdAndRemoved(
  run: FencedRun,
  sent: unknown,
  target = createTarget(run),
): Promise<Docker.ContainerInspectInfo> {
  const answer = await ask(run, "POST", target, sent);
  expect(answer.status, answer.text).toBe(201);
  const container = run.docker.getContainer((JSON.parse(answer.text) as { Id: string }).Id);
  const inspected = await container.inspect();
  await container.remove({ v: true });
  return inspected;
}
