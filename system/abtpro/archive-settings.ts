import type {
  BackupsDefinition,
  PostgresStoreDefinition,
  SystemDefinition,
} from "../../src/topology/system-definition.ts";

/** Read by `postgresql.conf` last, so that its lines count. */
const settingsFile = "/etc/postgresql/archive.conf";

/** The same system, whose servers archive WAL as these lines of `postgresql.conf` say, and have them as they are written. */
export function withArchiveSettings(system: SystemDefinition, settings: string): SystemDefinition {
  const nodes = system.nodes.map((node) => ({
    ...node,
    files: node.files.map((file) =>
      file.path === settingsFile ? { ...file, template: { text: settings } } : file,
    ),
  }));
  const configured = { ...system, nodes };
  const command = archiveCommand(settings);
  if (/\bpgbackrest\b/.test(command) || archivesNowhere.test(command)) return configured;
  return { ...configured, ...copying(system, command) };
}

/** Without one, or with one that only succeeds, nothing comes back, whichever way it is looked for. */
const archivesNowhere = /^(?:\/?(?:usr\/)?(?:bin\/)?true)?$/;

/** As the server reads it: the last line counts, and a quote within is written twice. */
function archiveCommand(settings: string): string {
  const lines = settings.matchAll(/^[ \t]*archive_command\s*=?\s*'((?:[^']|'')*)'/gm);
  return [...lines].at(-1)?.[1]?.replaceAll("''", "'").trim() ?? "";
}

/**
 * An archive that is a folder of the primary. A document that says how WAL gets there and not how it comes back is taken at its best:
 * the way that it went. One that sends it another way has no archive that could be looked into.
 */
function copying(
  { backups, stores }: SystemDefinition,
  command: string,
): Pick<SystemDefinition, "backups" | "stores"> {
  const folder = /\bcp\s+(?:-\S+\s+)*"?%p"?\s+"?([^\s"']+)\/%f/.exec(command)?.[1];
  const { postgres, ...otherStores } = stores;
  return {
    ...(backups === undefined ? {} : { backups: keptIn(backups, folder) }),
    stores: {
      ...otherStores,
      ...(postgres === undefined ? {} : { postgres: fetchedFrom(postgres, folder) }),
    },
  };
}

function keptIn({ archive, ...others }: BackupsDefinition, folder: string | undefined): BackupsDefinition {
  if (archive === undefined || folder === undefined) return others;
  return { ...others, archive: { service: "postgres", directory: folder } };
}

function fetchedFrom(
  { archive, ...store }: PostgresStoreDefinition,
  folder: string | undefined,
): PostgresStoreDefinition {
  if (archive === undefined || folder === undefined) return store;
  return { ...store, archive: { ...archive, restoreCommand: `cp "${folder}/%f" "%p"` } };
}
