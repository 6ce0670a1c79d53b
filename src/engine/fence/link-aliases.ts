/**
 * Names that belong to a link are Toxiproxy's on the run's networks: a container that answered to one of them would be a way
 * around the link. Compose gives every container its service's name, so they are left out rather than refused.
 */
export function withoutLinkAliases(names: readonly string[], linkAliases: ReadonlySet<string>): string[] {
  return names.filter((name) => !isLinkAlias(name, linkAliases));
}

export function isLinkAlias(name: string, linkAliases: ReadonlySet<string>): boolean {
  return linkAliases.has(name.toLowerCase().replace(/\.+$/, ""));
}
