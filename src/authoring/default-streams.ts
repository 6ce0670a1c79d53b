import type { SystemDefinition } from "../topology/system-definition.ts";
import type { StreamDefinition } from "../workload/ledger-entry.ts";

/** Requests a second. Low enough that two cores keep every request punctual, high enough to date an outage within some 20 ms. */
const directRate = 40;
const applicationRate = 25;

/** A direct writer for each store, and each kind of request that the application serves. */
export function defaultStreams({ stores, application }: SystemDefinition): readonly StreamDefinition[] {
  const direct = (["postgres", "redis"] as const)
    .filter((store) => stores[store] !== undefined)
    .map((store) => ({
      name: `${store}-direct`,
      store,
      via: "direct" as const,
      operation: "write" as const,
      ratePerSecond: directRate,
    }));
  const requests = application.http.requests.map(({ name, store, operation }) => ({
    name,
    store,
    via: "application" as const,
    operation,
    ratePerSecond: applicationRate,
  }));
  return [...direct, ...requests];
}
