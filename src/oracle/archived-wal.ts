import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import { listWal, type WalListing } from "./list-wal.ts";
import { parseLsn } from "./lsn.ts";
import type { PostgresStart } from "./run-start.ts";
import { walFileName } from "./wal-segment.ts";

/** Where WAL was archived that no volume holds any more: a server that runs fetches it as it would in a recovery. */
export interface WalArchive {
  readonly containerName: string;
  readonly user: string;
  /** As PostgreSQL's `restore_command`: `%f` the segment, `%p` where to put it. */
  readonly restoreCommand: string;
}

/** Where the copy is, in the scratch container. */
const copy = "/archived-wal";
const fetched = `/tmp${copy}`;

/** Enough for a run: 16 GB of WAL. */
const mostSegments = 1_000;

/**
 * Copies a timeline's archived WAL, from the segment that holds the start of the run to the last that there is, into a scratch
 * container, and lists it there. `sample` is a listing of the same cluster: a position in WAL needs the sizes in its control file.
 */
export async function listArchivedWal(
  docker: Docker,
  scratchId: string,
  archive: WalArchive,
  start: PostgresStart,
  sample: WalListing,
): Promise<WalListing> {
  const { containerName, user } = archive;
  const inServer = (...argv: string[]) => execInContainer(docker, containerName, argv, { user });
  await inServer("mkdir", "-p", `${fetched}/pg_wal`);
  try {
    for (let number = 0; number < mostSegments; number += 1) {
      const lsn = parseLsn(start.lsn) + BigInt(number * sample.segmentBytes);
      const file = walFileName(start.timeline, lsn, sample.segmentBytes);
      const values: Readonly<Record<string, string>> = { f: file, p: `${fetched}/pg_wal/${file}`, "%": "%" };
      const command = archive.restoreCommand.replace(/%([fp%])/g, (_all, name: string) => values[name] ?? "");
      if ((await inServer("sh", "-c", command)).exitStatus !== 0) break;
    }
    const tar = await docker.getContainer(containerName).getArchive({ path: fetched });
    await docker.getContainer(scratchId).putArchive(tar, { path: "/" });
  } finally {
    await inServer("rm", "-rf", fetched);
  }
  const control = `mkdir "$0/global" && cp "$1/global/pg_control" "$0/global/"`;
  await execInContainer(docker, scratchId, ["sh", "-c", control, copy, sample.dataDirectory]);
  return listWal(docker, scratchId, copy);
}
