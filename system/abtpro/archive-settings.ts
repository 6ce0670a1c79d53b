import type { PostgresStoreDefinition, SystemDefinition } from "../../src/topology/system-definition.ts";

/** Read by `postgresql.conf` last, so that its lines count. */
const settingsFile = "/etc/postgresql/archive.conf";

/** The same system, whose servers archive WAL as these lines of `postgresql.conf` say, and have them as they are written. */
export function withArchiveSettings(system: SystemDefinition, settings: string): SystemDefinition {
  const { postgres, ...stores } = system.stores;
  const nodes = system.nodes.map((node) => ({
    ...node,
    files: node.files.map((file) =>
      file.path === settingsFile ? { ...file, template: { text: settings } } : file,
    ),
  }));
  return {
    ...system,
    nodes,
    stores: { ...stores, ...(postgres === undefined ? {} : { postgres: archiving(postgres, settings) }) },
  };
}

/** A document that says how WAL leaves and not how it comes back is taken at its best: the way that it went. */
function archiving(
  { archive, ...store }: PostgresStoreDefinition,
  settings: string,
): PostgresStoreDefinition {
  if (archive === undefined || /\bpgbackrest\b/.test(settings))
    return { ...store, ...(archive && { archive }) };
  const place = /^archive_command\s*=\s*'.*\bcp\s+(?:-\S+\s+)*"?%p"?\s+"?([^\s"']+%f)/m.exec(settings)?.[1];
  if (place === undefined) return store;
  return { ...store, archive: { ...archive, restoreCommand: `cp "${place}" "%p"` } };
}
