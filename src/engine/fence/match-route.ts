import { refused } from "./denied.ts";
import type { Route } from "./route.ts";

export interface Match {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Turns a table of routes into a look-up; what no route allows is refused. */
export function routeMatcher(routes: readonly Route[]): (method: string, path: string) => Match {
  const compiled = routes.map((route) => ({ route, expression: compile(route.pattern) }));
  return (method, path) => {
    for (const { route, expression } of compiled) {
      const found = route.method === method ? expression.exec(path) : null;
      if (found !== null) return { route, parameters: { ...found.groups } };
    }
    throw refused(`${method} ${path} is not among the requests that a run's operator may make`);
  };
}

/** `/images/{name*}/json`: a star takes slashes, too. */
function compile(pattern: string): RegExp {
  const source = pattern.replaceAll(/\{(\w+)(\*?)\}/g, (_, name: string, star: string) =>
    star === "*" ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return new RegExp(`^${source}$`);
}
