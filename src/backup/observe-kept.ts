import type { BackupArtefact } from "../timeline/backup-artefact.ts";
import type { InheritedBackup, KeptBackup } from "../timeline/inherited-backup.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { filesInArchive } from "./archive-folder.ts";
import { backupsOf, onOperator, operationsClock } from "./operations-host.ts";
import { filesIn, observeArtefacts } from "./observe-artefacts.ts";

/**
 * Looks what there is of inherited backups, by their contents: on the operations host, and on the disk of the object store, where
 * what was overwritten or deleted by name lies too. What a restore would find there, the store's interface says: a deleted object's
 * file may stay in its place.
 */
export async function observeKept(
  topology: StartedTopology,
  inherited: readonly InheritedBackup[],
): Promise<{ readonly clock: number; readonly kept: readonly KeptBackup[] }> {
  const { objects } = backupsOf(topology);
  const store = topology.services.get(objects.service);
  const [artefacts, archived, old, listed] = await Promise.all([
    observeArtefacts(topology),
    filesInArchive(topology),
    store === undefined
      ? []
      : filesIn(topology, store.containerId, objects.service, objects.versionsDirectory),
    keysOf(topology, objects.bucket),
  ]);
  const isShown = ({ place, path }: BackupArtefact): boolean => place !== objects.service || listed.has(path);
  const hidden = [...artefacts.filter((artefact) => !isShown(artefact)), ...old];
  return {
    clock: await operationsClock(topology),
    kept: whatIsKept(inherited, [...artefacts.filter(isShown), ...archived], hidden),
  };
}

async function keysOf(topology: StartedTopology, bucket: string): Promise<ReadonlySet<string>> {
  const query = ["--query", "Contents[].Key", "--output", "json"];
  const said = await onOperator(topology, ["aws", "s3api", "list-objects-v2", "--bucket", bucket, ...query]);
  return new Set(JSON.parse(said === "" ? "[]" : said) as readonly string[] | null);
}

/**
 * Counts what is left of each backup in each place that it was in.
 *
 * @param shown files as their places show them
 * @param hidden files that a place keeps and does not show
 */
export function whatIsKept(
  inherited: readonly InheritedBackup[],
  shown: readonly BackupArtefact[],
  hidden: readonly BackupArtefact[],
): KeptBackup[] {
  const found = new Set(shown.map(({ place, path, sha256 }) => `${place} ${sha256} ${path}`));
  const there = new Set([...shown, ...hidden].map(({ place, sha256 }) => `${place} ${sha256}`));
  return inherited.flatMap(({ name, files }) =>
    [...Map.groupBy(files, ({ place }) => place)].map(([place, ofPlace]) => ({
      backup: name,
      place,
      files: ofPlace.length,
      whole: ofPlace.filter(({ path, sha256 }) => found.has(`${place} ${sha256} ${path}`)).length,
      left: ofPlace.filter(({ sha256 }) => there.has(`${place} ${sha256}`)).length,
    })),
  );
}
