import { createHash } from "node:crypto";
import { posix } from "node:path";
import { execInContainer } from "../engine/exec.ts";
import { HarnessError } from "../harness-error.ts";
import type { InheritedBackup } from "../timeline/inherited-backup.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import type { BackupsDefinition } from "../topology/system-definition.ts";
import { tarArchive, type ArchiveEntry } from "../topology/tar-archive.ts";
import type { EarlierBackup, EarlierFile } from "./earlier-backup.ts";
import { backupsOf, onOperator, operationsClock } from "./operations-host.ts";

/** Where objects stand on the operations host until they are uploaded. */
const staging = "/tmp/earlier-objects";

export interface Inheritance {
  /** Seconds since 1970 by the clock of the operations host, when everything was in its place. */
  readonly clock: number;
  readonly backups: readonly InheritedBackup[];
}

interface LaidFile extends EarlierFile {
  readonly madeAt: number;
  readonly sha256: string;
}

/**
 * Puts backups of earlier days where the system keeps backups, with names, contents and times of their own age. Objects come into
 * the store through its interface, so that their versions are real ones; then their times are moved on its disk.
 */
export async function inheritBackups(
  topology: StartedTopology,
  earlier: readonly EarlierBackup[],
): Promise<Inheritance> {
  const kept = backupsOf(topology);
  const now = await operationsClock(topology);
  const laid = earlier.map((backup) => ({ backup, files: laidFiles(backup, now) }));
  refuseTwins(laid.flatMap(({ files }) => files));
  await layOnHost(
    topology,
    kept,
    laid.flatMap(({ files }) => files.filter(isLocal)),
  );
  const objects = laid.flatMap(({ files }) => files.filter(isObject));
  if (objects.length > 0) {
    await upload(topology, kept, objects);
    const deleted = laid.filter(({ backup }) => backup.deletedByName === true);
    await deleteByName(
      topology,
      kept,
      deleted.flatMap(({ files }) => files.filter(isObject)),
    );
    await ageObjects(topology, kept, objects);
  }
  return {
    clock: await operationsClock(topology),
    backups: laid.map(({ backup: { name, ageSeconds, good }, files }) => ({
      name,
      madeAt: now - ageSeconds,
      good,
      files: files.map((file) => ({
        place: isLocal(file) ? "operator" : kept.objects.service,
        path: file.path,
        sha256: file.sha256,
      })),
    })),
  };
}

function laidFiles(backup: EarlierBackup, now: number): LaidFile[] {
  const madeAt = now - backup.ageSeconds;
  return backup.files(new Date(madeAt * 1_000)).map((file) => ({
    ...file,
    madeAt,
    sha256: createHash("sha256").update(file.content).digest("hex"),
  }));
}

function isLocal({ where }: EarlierFile): boolean {
  return where === "operations-host";
}

function isObject({ where }: EarlierFile): boolean {
  return where === "object-store";
}

function refuseTwins(files: readonly LaidFile[]): void {
  const seen = new Set<string>();
  for (const { where, path, sha256 } of files) {
    const key = `${where} ${sha256}`;
    if (seen.has(key)) throw new TypeError(`two files of earlier backups have the content of ${path}`);
    seen.add(key);
  }
}

async function layOnHost(
  { docker, operator }: StartedTopology,
  { directory }: BackupsDefinition,
  files: readonly LaidFile[],
): Promise<void> {
  const folders = new Map<string, ArchiveEntry>();
  for (const { path, madeAt } of files) {
    const folder = posix.dirname(path);
    if (folder !== directory) folders.set(folder, { path: `${folder}/`, mode: 0o700, modifiedAt: madeAt });
  }
  const entries = files.map(({ path, content, madeAt }) => ({
    path,
    content,
    mode: 0o600,
    modifiedAt: madeAt,
  }));
  const archive = tarArchive([...folders.values(), ...entries]);
  await docker.getContainer(operator.containerId).putArchive(archive, { path: "/" });
}

async function upload(
  topology: StartedTopology,
  { objects: { bucket } }: BackupsDefinition,
  files: readonly LaidFile[],
): Promise<void> {
  const { docker, operator } = topology;
  const entries = files.map(({ path, content }) => ({ path: `${staging}/${path}`, content, mode: 0o600 }));
  const folders = [...new Set(entries.map(({ path }) => posix.dirname(path)))].sort();
  const archive = tarArchive([...folders.map((path) => ({ path: `${path}/`, mode: 0o700 })), ...entries]);
  await docker.getContainer(operator.containerId).putArchive(archive, { path: "/" });
  await onOperator(topology, [
    "aws",
    "s3",
    "cp",
    "--only-show-errors",
    "--recursive",
    staging,
    `s3://${bucket}/`,
  ]);
  await onOperator(topology, ["rm", "-rf", staging]);
}

async function deleteByName(
  topology: StartedTopology,
  { objects: { bucket } }: BackupsDefinition,
  files: readonly LaidFile[],
): Promise<void> {
  if (files.length === 0) return;
  const named = JSON.stringify({ Objects: files.map(({ path }) => ({ Key: path })), Quiet: true });
  await onOperator(topology, ["aws", "s3api", "delete-objects", "--bucket", bucket, "--delete", named]);
}

/** Reads `sum seconds` on standard input, and gives every file with that content that time. */
const age = `
declare -A times
while read -r sum seconds; do times[$sum]=$seconds; done
find -H "$@" -type f -print0 2> /dev/null | while IFS= read -r -d '' file; do
  sum=$(sha256sum < "$file") && seconds=\${times[\${sum:0:64}]:-}
  [ -z "$seconds" ] || touch -d "@$seconds" -- "$file" || exit 1
done`;

async function ageObjects(
  { docker, services }: StartedTopology,
  { objects }: BackupsDefinition,
  files: readonly LaidFile[],
): Promise<void> {
  const { directory, service, versionsDirectory } = objects;
  const argv = ["bash", "-c", age, "age", directory, versionsDirectory];
  const stdin = files.map(({ sha256, madeAt }) => `${sha256} ${madeAt}\n`).join("");
  const done = await execInContainer(docker, services.get(service)?.containerId ?? "", argv, { stdin });
  if (done.exitStatus === 0) return;
  throw new HarnessError(
    `Expected the times of objects in ${service} to be moved, but that failed (${done.stderr.trim()}); see its log.`,
    { code: "backups-not-laid", exitStatus: 70 },
  );
}
