import { HarnessError } from "../harness-error.ts";
import type { BackupArtefact } from "../timeline/backup-artefact.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import type { ArchiveDefinition } from "../topology/system-definition.ts";
import { filesIn } from "./observe-artefacts.ts";
import { backupsOf } from "./operations-host.ts";

/** @throws HarnessError 65 for a system that archives nowhere, or in a way unknown: its stories can't look after base backups and WAL. */
export function archiveOf(topology: StartedTopology): ArchiveDefinition {
  const { archive } = backupsOf(topology);
  if (archive !== undefined) return archive;
  throw new HarnessError(
    `Expected an archive of WAL that can be looked into, found that the system ${topology.system.name} has none; archive with pgBackRest, or with cp into a folder.`,
    { code: "no-archive", exitStatus: 65 },
  );
}

/** How reasons and report call it: the service may keep objects of other kinds, too. */
export function archivePlace({ service }: ArchiveDefinition): string {
  return `archive on ${service}`;
}

/** Every file of the archive, on the disk of the service or server that keeps it; none where the system has no archive. */
export async function filesInArchive(topology: StartedTopology): Promise<BackupArtefact[]> {
  const { archive } = backupsOf(topology);
  if (archive === undefined) return [];
  const container =
    topology.services.get(archive.service)?.containerId ?? topology.nodes.get(archive.service)?.containerName;
  if (container === undefined) return [];
  return filesIn(topology, container, archivePlace(archive), archive.directory);
}
