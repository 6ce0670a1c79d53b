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
  return /\bpgbackrest\b/.test(settings) ? configured : { ...configured, ...copying(system, settings) };
}

/**
 * An archive that is a folder of the primary. A document that says how WAL gets there and not how it comes back is taken at its best:
 * the way that it went. One that copies it nowhere has no archive.
 */
function copying(
  { backups, stores }: SystemDefinition,
  settings: string,
): Pick<SystemDefinition, "backups" | "stores"> {
  const command = /^archive_command\s*=\s*'.*\bcp\s+(?:-\S+\s+)*"?%p"?\s+"?([^\s"']+)\/%f/m;
  const folder = command.exec(settings)?.[1];
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
