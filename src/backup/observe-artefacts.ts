import { execInContainer } from "../engine/exec.ts";
import { HarnessError } from "../harness-error.ts";
import type { BackupArtefact } from "../timeline/backup-artefact.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { artefactFormat, headBytes } from "./artefact-format.ts";

/** NUL ends every field: a file's name may hold anything else. */
const listFiles = `
[ -d "$0" ] || exit 0
find -H "$0" -type f -print0 | sort -z | while IFS= read -r -d '' file; do
  bytes=$(stat -c %s -- "$file") && sum=$(sha256sum < "$file") && head=$(head -c ${headBytes} -- "$file" | base64 -w 0) || exit 1
  printf '%s\\0%s\\0%s\\0%s\\0' "$file" "$bytes" "$sum" "$head"
done`;

/**
 * Every file that stands where the system keeps its backups: on the operations host, and in the object store, looked at on its disk
 * and not through the interface by which the backup came there.
 */
export async function observeArtefacts(topology: StartedTopology): Promise<BackupArtefact[]> {
  const { backups } = topology.system;
  if (backups === undefined) return [];
  const { archive, directory, objects } = backups;
  const stored = [objects, ...(archive === undefined ? [] : [archive])];
  const [here, ...there] = await Promise.all([
    filesIn(topology, topology.operator.containerId, "operator", directory),
    ...stored.map(async ({ service, directory: folder }) => {
      const store = topology.services.get(service);
      return store === undefined ? [] : filesIn(topology, store.containerId, service, folder);
    }),
  ]);
  return [...here, ...there.flat()];
}

/** Every file in a folder of a container; nothing where the folder is missing. */
export async function filesIn(
  { docker }: StartedTopology,
  containerId: string,
  place: string,
  directory: string,
): Promise<BackupArtefact[]> {
  const argv = ["bash", "-o", "pipefail", "-c", listFiles, directory];
  const { exitStatus, stdout, stderr } = await execInContainer(docker, containerId, argv, {
    timeoutMs: 60_000,
  });
  if (exitStatus !== 0) {
    throw new HarnessError(
      `Expected to look at the backups in ${directory} of ${place}, but that ended with status ${exitStatus} (${stderr.trim()}); see its log.`,
      { code: "backups-not-readable", exitStatus: 70 },
    );
  }
  return parseArtefacts(stdout, place, directory);
}

/** Reads records of four fields, each ended by NUL: path, length, sum, the first bytes in Base64. */
export function parseArtefacts(text: string, place: string, directory: string): BackupArtefact[] {
  const fields = text.split("\0").slice(0, -1);
  const artefacts: BackupArtefact[] = [];
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [path = "", length = "", sum = "", head = ""] = fields.slice(at, at + 4);
    const bytes = Number(length);
    artefacts.push({
      place,
      path: place === "operator" ? path : path.slice(directory.length).replace(/^\/+/, ""),
      bytes,
      sha256: sum.slice(0, 64),
      format: artefactFormat(Buffer.from(head, "base64"), bytes),
    });
  }
  return artefacts;
}
