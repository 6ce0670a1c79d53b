import { execInContainer } from "../engine/exec.ts";
import { HarnessError } from "../harness-error.ts";
import { finishedAndArchived, streamingReplicas, streamAnew } from "../probe/archiver.ts";
import type { InheritedBackup, InheritedFile } from "../timeline/inherited-backup.ts";
import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import { archiveOf, archivePlace, filesInArchive } from "./archive-folder.ts";
import type { EarlierBaseBackup } from "./earlier-backup.ts";
import type { Inheritance } from "./inherit-backups.ts";
import { operationsClock } from "./operations-host.ts";
import { splitAtStart } from "./split-at-start.ts";
import { saidBy } from "./wal-archive.ts";

interface Laid {
  readonly name: string;
  readonly madeAt: number;
  readonly files: InheritedFile[];
}

/**
 * Lets the server live through earlier days, oldest first: its clock is set back, it finishes WAL, and the system's own job makes a
 * base backup, which deletes nothing. What came into the archive from one backup to the next belongs together. Where nothing came,
 * the segment under its own name is what should have come. The clock is right again at the end.
 */
export async function inheritBaseBackups(
  topology: StartedTopology,
  earlier: readonly EarlierBaseBackup[],
): Promise<Inheritance> {
  const node = nodeWithClock(topology);
  const archive = archiveOf(topology);
  const place = archivePlace(archive);
  const replicas = await streamingReplicas(topology, node);
  const known = new Set((await filesInArchive(topology)).map(({ path }) => path));
  const arrivals = async (): Promise<InheritedFile[]> => {
    const fresh = (await filesInArchive(topology)).filter(({ path }) => !known.has(path));
    for (const { path } of fresh) known.add(path);
    return fresh.map(({ path, sha256 }) => ({ place, path, sha256 }));
  };
  const laid: Laid[] = [];
  for (const { name, ageSeconds } of [...earlier].sort((a, b) => b.ageSeconds - a.ageSeconds)) {
    await setClock(topology, node, -ageSeconds);
    if (archive.baseBackup !== undefined) {
      // What is still on its way belongs to the backup before.
      await finishedAndArchived(topology, node);
      const late = await arrivals();
      laid.at(-1)?.files.push(...late);
    }
    const madeAt = (await operationsClock(topology)) - ageSeconds;
    await makeBaseBackup(topology, node, name);
    const segment = await finishedAndArchived(topology, node);
    const { before, own: files } = splitAtStart(await arrivals());
    laid.at(-1)?.files.push(...before);
    laid.push({
      name,
      madeAt,
      files: files.length > 0 ? [...files] : [await expected(topology, node, segment)],
    });
  }
  await setClock(topology, node, 0);
  await streamAnew(topology, node, replicas);
  return {
    clock: await operationsClock(topology),
    backups: laid.map((each): InheritedBackup => ({ ...each, good: true })),
  };
}

function nodeWithClock({ nodes, system }: StartedTopology): StartedNode {
  const node = [...nodes.values()].find(({ definition }) => definition.clockFile !== undefined);
  if (node !== undefined) return node;
  throw new TypeError(
    `the story lives through earlier days, and the system ${system.name} has no server whose clock can be set`,
  );
}

async function setClock(
  { docker }: StartedTopology,
  { containerName, definition: { clockFile = "", service } }: StartedNode,
  seconds: number,
): Promise<void> {
  const offset = `${seconds < 0 ? "-" : "+"}${Math.abs(seconds)}`;
  // A file that is moved into its place is never half written.
  const argv = ["sh", "-c", 'printf %s "$1" > "$0.new" && mv "$0.new" "$0"', clockFile, offset];
  const done = await execInContainer(docker, containerName, argv);
  if (done.exitStatus === 0) return;
  throw new HarnessError(
    `Expected the clock of ${service} to be set, but that failed (${saidBy(done)}); see its log.`,
    { code: "clock-not-set", exitStatus: 70 },
  );
}

async function makeBaseBackup(
  topology: StartedTopology,
  { containerName }: StartedNode,
  name: string,
): Promise<void> {
  const job = archiveOf(topology).baseBackup;
  if (job === undefined) return;
  const done = await execInContainer(topology.docker, containerName, job.argv, {
    user: job.user,
    timeoutMs: 120_000,
  });
  if (done.exitStatus === 0) return;
  throw new HarnessError(
    `Expected the base backup “${name}” to be made, but that ended with status ${done.exitStatus} (${saidBy(done)}); see the server's log.`,
    { code: "backups-not-laid", exitStatus: 70 },
  );
}

async function expected(
  topology: StartedTopology,
  { containerName, definition: { dataPath } }: StartedNode,
  segment: string,
): Promise<InheritedFile> {
  const archive = archiveOf(topology);
  const argv = ["sha256sum", `${dataPath}/pg_wal/${segment}`];
  const { exitStatus, stdout } = await execInContainer(topology.docker, containerName, argv);
  if (exitStatus !== 0) throw new TypeError(`${segment} is no longer in ${containerName}`);
  return { place: archivePlace(archive), path: segment, sha256: stdout.slice(0, 64) };
}
