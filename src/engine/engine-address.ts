import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { HarnessError } from "../harness-error.ts";

/** Where an engine may listen. */
export interface EngineAddress {
  /** Path of its unix socket. */
  readonly socketPath: string;
  /** Who says so, for messages: `DOCKER_HOST`, `the context "rootless"`, `a usual place`. */
  readonly source: string;
  /** The user chose it: when it does not answer, no other is tried in its place. */
  readonly chosen: boolean;
}

/**
 * The places to look for an engine, first to last, as the docker client does: DOCKER_HOST, DOCKER_CONTEXT, the current context,
 * then the usual sockets (default, rootless, Docker Desktop, Podman). Reads the client's files, needs no client.
 *
 * @throws HarnessError 69 when the chosen engine is on another host or not on a unix socket.
 */
export async function engineAddresses(
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): Promise<readonly EngineAddress[]> {
  const host = environment["DOCKER_HOST"];
  if (host) return [addressOf(host, "DOCKER_HOST")];
  const context = await chosenContext(
    environment["DOCKER_CONFIG"] ?? join(home, ".docker"),
    environment["DOCKER_CONTEXT"],
  );
  if (context) return [context];
  return usualSockets(environment["XDG_RUNTIME_DIR"], home).map((socketPath) => ({
    socketPath,
    source: "a usual place",
    chosen: false,
  }));
}

function addressOf(host: string, source: string): EngineAddress {
  if (host.startsWith("unix://")) return { socketPath: host.slice("unix://".length), source, chosen: true };
  if (isRemote(host)) {
    throw new HarnessError(
      `Expected an engine on this host, because one clock has to time both harness and servers, but ${source} names ${host}: run drill on that host and bring its evidence back, or unset ${source}.`,
      { code: "engine-on-another-host", exitStatus: 69 },
    );
  }
  throw new HarnessError(
    `Expected an engine on a unix socket, but ${source} names ${host}: set DOCKER_HOST=unix:///path/to/docker.sock.`,
    { code: "engine-not-on-a-socket", exitStatus: 69 },
  );
}

function isRemote(host: string): boolean {
  if (host.startsWith("ssh:")) return true;
  if (!URL.canParse(host) || !/^(tcp|https?):/.test(host)) return false;
  const { hostname } = new URL(host);
  return !(hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname));
}

async function chosenContext(
  configDirectory: string,
  fromEnvironment: string | undefined,
): Promise<EngineAddress | undefined> {
  const name = fromEnvironment ?? (await currentContext(join(configDirectory, "config.json")));
  if (!name || name === "default") return undefined;
  const folder = createHash("sha256").update(name).digest("hex");
  const file = join(configDirectory, "contexts", "meta", folder, "meta.json");
  const host = hostOf(await readJson(file));
  if (host === undefined) {
    throw new HarnessError(
      `Expected the docker context "${name}" to name an engine, but ${file} is missing or has no endpoint: choose one with \`docker context use\`.`,
      { code: "context-without-engine", exitStatus: 69 },
    );
  }
  return addressOf(host, `the docker context "${name}"`);
}

async function currentContext(file: string): Promise<string | undefined> {
  const name = ((await readJson(file)) as { currentContext?: unknown } | undefined)?.currentContext;
  return typeof name === "string" ? name : undefined;
}

function hostOf(meta: unknown): string | undefined {
  const host = (meta as { Endpoints?: { docker?: { Host?: unknown } } } | undefined)?.Endpoints?.docker?.Host;
  return typeof host === "string" && host !== "" ? host : undefined;
}

/** Undefined when there is no such file or it is not JSON: a broken client configuration must not hide a working engine. */
async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as unknown;
  } catch {
    return undefined;
  }
}

function usualSockets(runtimeDirectory: string | undefined, home: string): readonly string[] {
  return [
    "/var/run/docker.sock",
    ...(runtimeDirectory ? [join(runtimeDirectory, "docker.sock")] : []),
    join(home, ".docker", "run", "docker.sock"),
    join(home, ".docker", "desktop", "docker.sock"),
    ...(runtimeDirectory ? [join(runtimeDirectory, "podman", "podman.sock")] : []),
    "/run/podman/podman.sock",
  ];
}
