import type { StoreKind } from "../workload/ledger-entry.ts";
import type { SystemDefinition } from "./system-definition.ts";

/** Host part of each store URL in an environment; a URL that can't be parsed, or is not there, is left out. */
export function storeHosts(
  { stores }: Pick<SystemDefinition, "stores">,
  environment: Readonly<Record<string, string>>,
): Readonly<Partial<Record<StoreKind, string>>> {
  const hosts: Partial<Record<StoreKind, string>> = {};
  for (const store of ["postgres", "redis"] as const) {
    const url = environment[stores[store]?.url.variable ?? ""];
    const host = url === undefined ? undefined : hostOf(url);
    if (host !== undefined) hosts[store] = host;
  }
  return hosts;
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname || undefined : undefined;
}
