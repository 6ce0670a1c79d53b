import type Docker from "dockerode";
import { runLabels } from "../engine/labels.ts";

/** What a container that handles a backup may use. */
export interface SealedContainer {
  readonly name: string;
  readonly image: string;
  /** Default: `postgres`. */
  readonly user?: string;
  /** Its first process, and what that is given. */
  readonly argv: readonly [string, ...string[]];
  readonly environment?: readonly string[];
  readonly mounts: readonly Docker.MountSettings[];
  /** In bytes; files in its volumes of memory count. */
  readonly memoryBytes: number;
  readonly processes: number;
}

/** For sockets, and what programs put into /tmp. */
const temporaryBytes = 64 * 2 ** 20;

/** For parallel workers of the server. */
const sharedMemoryBytes = 256 * 2 ** 20;

/**
 * Creates a container out of which nothing that a backup holds can reach: no network, a root that can't be written, no capability, no
 * way to gain one, an unprivileged user, and limits on memory, processes, files and its log.
 */
export async function createSealedContainer(
  docker: Docker,
  runId: string,
  { name, image, user = "postgres", argv, environment = [], mounts, memoryBytes, processes }: SealedContainer,
): Promise<Docker.Container> {
  const [program, ...rest] = argv;
  const declared = await declaredVolumes(docker, image);
  return docker.createContainer({
    name,
    Image: image,
    Labels: runLabels(runId),
    Entrypoint: [program],
    Cmd: rest,
    Env: [...environment],
    User: user,
    WorkingDir: "/tmp",
    HostConfig: {
      NetworkMode: "none",
      // A server that is the first process takes every orphan that is killed for a crash of its own, and restarts.
      Init: true,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      PidsLimit: processes,
      Memory: memoryBytes,
      // As much as the memory: no swap beside it.
      MemorySwap: memoryBytes,
      ShmSize: sharedMemoryBytes,
      IpcMode: "private",
      // What a server says goes to the host's disk, and a hostile one can say a lot.
      LogConfig: { Type: "json-file", Config: { "max-size": "8m", "max-file": "2" } },
      Mounts: [
        memoryFolder("/tmp", temporaryBytes),
        // Each would be a volume on the host's disk otherwise.
        ...declared.map((path) => memoryFolder(path, 4096)),
        ...mounts,
      ],
    },
  });
}

function memoryFolder(path: string, bytes: number): Docker.MountSettings {
  return {
    Type: "tmpfs",
    Source: "",
    Target: path,
    TmpfsOptions: { SizeBytes: bytes, Mode: 0o1777 },
  };
}

async function declaredVolumes(docker: Docker, image: string): Promise<string[]> {
  const { Config } = await docker.getImage(image).inspect();
  // Null where there are none.
  return Object.keys({ ...Config.Volumes });
}
