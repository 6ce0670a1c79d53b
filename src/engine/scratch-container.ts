import type Docker from "dockerode";
import { runLabels } from "./labels.ts";

/** A volume to look into, and where it appears in the scratch container. */
export interface MountedVolume {
  readonly volume: string;
  readonly path: string;
}

/** A container to read the run's volumes in: no network, every volume read-only. Disposing removes it. */
export interface ScratchContainer extends AsyncDisposable {
  readonly id: string;
}

/**
 * Starts a container that does nothing. Volumes may belong to containers that are dead, paused or running: none of them is asked.
 */
export async function startScratchContainer(
  docker: Docker,
  runId: string,
  image: string,
  volumes: readonly MountedVolume[],
): Promise<ScratchContainer> {
  const container = await docker.createContainer({
    Image: image,
    Labels: runLabels(runId),
    Entrypoint: ["tail", "-f", "/dev/null"],
    Cmd: [],
    User: "root",
    HostConfig: {
      NetworkMode: "none",
      Init: true,
      Mounts: volumes.map(({ volume, path }) => ({
        Type: "volume",
        Source: volume,
        Target: path,
        ReadOnly: true,
        VolumeOptions: { NoCopy: true, Labels: {}, DriverConfig: { Name: "local", Options: {} } },
      })),
    },
  });
  const remove = () => container.remove({ force: true, v: true });
  try {
    await container.start();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    id: container.id,
    async [Symbol.asyncDispose]() {
      await remove();
    },
  };
}
