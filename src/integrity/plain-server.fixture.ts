import { randomUUID } from "node:crypto";
import { connectEngine } from "../engine/engine.ts";
import { resolveImage } from "../engine/images.ts";
import { runLabels } from "../engine/labels.ts";
import { removeRun } from "../engine/remove-run.ts";
import { waitUntil } from "../topology/wait-until.ts";

/** One server in a container of its own, without replication. Disposing removes it. */
export interface PlainServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

/** Starts a server and waits until `ready` does not throw. */
export async function startPlainServer(
  image: string,
  port: number,
  options: { readonly env?: readonly string[]; readonly cmd?: readonly string[] },
  ready: (address: { host: string; port: number }) => Promise<unknown>,
): Promise<PlainServer> {
  const { docker } = await connectEngine();
  const runId = `i${randomUUID().replaceAll("-", "").slice(0, 7)}`;
  const container = await docker.createContainer({
    Image: await resolveImage(docker, image),
    Labels: runLabels(runId),
    Env: [...(options.env ?? [])],
    ...(options.cmd === undefined ? {} : { Cmd: [...options.cmd] }),
    ExposedPorts: { [`${port}/tcp`]: {} },
    HostConfig: { PortBindings: { [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "" }] } },
  });
  await container.start();
  const bindings = (await container.inspect()).NetworkSettings.Ports[`${port}/tcp`];
  const address = { host: "127.0.0.1", port: Number(bindings?.[0]?.HostPort) };
  const wait = { what: `${image} to be ready`, deadlineMs: 60_000, signal: AbortSignal.timeout(90_000) };
  await waitUntil(wait, async () => {
    await ready(address);
    return undefined;
  });
  return {
    ...address,
    async [Symbol.asyncDispose]() {
      await removeRun(docker, runId);
    },
  };
}
