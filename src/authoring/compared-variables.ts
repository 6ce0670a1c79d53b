import type { SystemDefinition } from "../topology/system-definition.ts";

type Environment = Readonly<Record<string, string>>;

/**
 * Names of the variables that are not in both environments with the same value. A restored application uses restored stores: the host
 * in the URL of a store may be another, and nothing else of it.
 */
export function comparedVariables(
  { stores }: Pick<SystemDefinition, "stores">,
  inForce: Environment,
  restored: Environment,
): string[] {
  const urls = new Set([stores.postgres?.url.variable, stores.redis?.url.variable]);
  const valueIn = (environment: Environment, name: string): string | undefined =>
    urls.has(name) ? withoutHost(environment[name]) : environment[name];
  return [...new Set([...Object.keys(inForce), ...Object.keys(restored)])]
    .filter((name) => valueIn(inForce, name) !== valueIn(restored, name))
    .sort();
}

function withoutHost(text: string | undefined): string | undefined {
  return text?.replace(/(?<=@|:\/\/)[^@:/]+(?=(?::\d+)?(?:\/|$))/, "");
}
