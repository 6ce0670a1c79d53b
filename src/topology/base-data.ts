import type { SystemDefinition } from "./system-definition.ts";

/** The run in whose name the data stands that was there before the run. Its ids are -1, -2, … */
export const baseRun = "base";
/** The writer whose list the base keys of Redis stand in. */
export const baseWriter = 0;

/** Payload of the n-th row or key, counted from 1: known without being kept, so that its loss can be told. */
export function basePayload(n: number): string {
  return `base-${n}`;
}

/** How much data is there before the run; 0 for a store that the system does not have. */
export function baseDataOf({ stores }: SystemDefinition): {
  readonly postgres: number;
  readonly redis: number;
} {
  return {
    postgres: stores.postgres === undefined ? 0 : (stores.postgres.baseRows ?? 5_000),
    redis: stores.redis === undefined ? 0 : (stores.redis.baseKeys ?? 2_000),
  };
}
