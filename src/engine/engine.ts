import { homedir } from "node:os";
import Docker from "dockerode";
import { HarnessError } from "../harness-error.ts";
import { engineAddresses, type EngineAddress } from "./engine-address.ts";

/** A container engine that answered. */
export interface Engine {
  readonly docker: Docker;
  /** Path of its unix socket. */
  readonly socketPath: string;
  /** As the engine gives it, for instance `20.10.24+dfsg1`. */
  readonly version: string;
  /** Newest version of the API that it speaks, for instance `1.41`. */
  readonly apiVersion: string;
}

/** Older engines lack what the fence and the networks rely on. */
const oldestApiVersion = "1.41";

/** An engine on a local socket answers in milliseconds; one that is wedged never does. */
const answerWithinMs = 5000;

/**
 * The engine of this host (see `engineAddresses` for where it looks). Starts and installs nothing; `prepareEngine` does.
 * Points Testcontainers at the same engine and switches its own clean-up container off: a watchdog process does that work.
 *
 * @throws HarnessError 69: none answers, it is too old, it is on another host, or its socket is not ours to use.
 */
export async function connectEngine(): Promise<Engine> {
  const engine = await findEngine();
  if (engine) return engine;
  throw new HarnessError(
    "Expected a running container engine, but none answers on the usual sockets: install and start Docker Engine 20.10 or later (or Podman with its socket), or set DOCKER_HOST.",
    { code: "no-engine", exitStatus: 69 },
  );
}

/** As `connectEngine`, but undefined where no engine answers and the user chose none. */
export async function findEngine(): Promise<Engine | undefined> {
  for (const address of await engineAddresses(process.env, homedir())) {
    const engine = await ask(address);
    if (engine) {
      process.env["DOCKER_HOST"] = `unix://${engine.socketPath}`;
      process.env["TESTCONTAINERS_RYUK_DISABLED"] = "true";
      return engine;
    }
  }
  return undefined;
}

async function ask(address: EngineAddress): Promise<Engine | undefined> {
  const { socketPath } = address;
  let answer: Docker.DockerVersion;
  try {
    answer = await new Docker({ socketPath, timeout: answerWithinMs }).version();
  } catch (error) {
    passOver(address, error);
    return undefined;
  }
  requireApiVersion(answer, socketPath);
  return {
    docker: new Docker({ socketPath }),
    socketPath,
    version: answer.Version,
    apiVersion: answer.ApiVersion,
  };
}

/** An address that does not answer is passed over, unless the user chose it or may not use it. */
function passOver({ socketPath, source, chosen }: EngineAddress, error: unknown): void {
  const reason = (error as NodeJS.ErrnoException).code;
  if (reason === "EACCES") {
    throw new HarnessError(
      `Expected to use the engine at ${socketPath}, but this user may not: add the user to the group that owns the socket (\`sudo usermod -aG docker $USER\`, then log in again).`,
      { code: "engine-not-permitted", exitStatus: 69, cause: error },
    );
  }
  if (chosen) {
    throw new HarnessError(
      `Expected an engine at ${socketPath}, named by ${source}, but it does not answer (${reason ?? String(error)}): start it, or choose another.`,
      { code: "no-engine", exitStatus: 69, cause: error },
    );
  }
}

function requireApiVersion(answer: Docker.DockerVersion, socketPath: string): void {
  if (!isOlder(answer.ApiVersion, oldestApiVersion)) return;
  throw new HarnessError(
    `Expected an engine with API ${oldestApiVersion} or later (Docker 20.10), but the one at ${socketPath} is ${answer.Version} with API ${answer.ApiVersion}: update it.`,
    { code: "engine-too-old", exitStatus: 69 },
  );
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [thanMajor = 0, thanMinor = 0] = than.split(".").map(Number);
  return major < thanMajor || (major === thanMajor && minor < thanMinor);
}
