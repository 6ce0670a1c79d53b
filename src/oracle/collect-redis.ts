import type Docker from "dockerode";
import type { RedisOracle, RedisHistory } from "./oracle-evidence.ts";
import { readAppendOnly } from "./read-append-only.ts";
import { keyGlob, keyIdPattern } from "../probe/run-keys.ts";
import { startScratchContainer } from "../engine/scratch-container.ts";

export interface RedisVolumes {
  readonly docker: Docker;
  readonly runId: string;
  /** Reference of a Redis image of the nodes' major version: it loads their files. */
  readonly image: string;
  readonly nodes: readonly {
    readonly node: string;
    readonly volume: string;
    readonly history?: RedisHistory;
  }[];
  /** Pattern of the run's keys, with `{run}` and `{id}`. */
  readonly keyPattern: string;
}

/** Reads copies of every node's append-only files. No server is asked, so that it does not matter whether a node is dead or alive. */
export async function collectRedisOracle({
  docker,
  runId,
  image,
  nodes,
  keyPattern,
}: RedisVolumes): Promise<RedisOracle> {
  const mounts = nodes.map((node, index) => ({ ...node, path: `/nodes/${index}` }));
  await using scratch = await startScratchContainer(docker, runId, image, mounts);
  const keys = { glob: keyGlob(keyPattern, runId), idOf: keyIdPattern(keyPattern, runId) };
  const evidence = mounts.map(async ({ node, path, history }) => {
    const known = { node, ...(history === undefined ? {} : { history }) };
    try {
      return { ...known, ...(await readAppendOnly(docker, scratch.id, path, keys)) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { ...known, detail: `its files could not be read: ${reason}` };
    }
  });
  return { nodes: await Promise.all(evidence) };
}
