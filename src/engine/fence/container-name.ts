import { refused } from "./denied.ts";

/**
 * A name for a container, as the engine will get it: within the project's prefix, or in the form `<short id>_<name>` that Compose
 * uses while it replaces a container.
 */
export function checkContainerName(given: string | null, project: string): string {
  const name = given?.replace(/^\//, "") ?? "";
  const lasting = name.replace(/^[0-9a-f]{12}_/, "");
  if (!lasting.startsWith(`${project}-`) || !/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,200}$/.test(name)) {
    throw refused(`a container must be named ${project}-…, and ${JSON.stringify(name)} is not`);
  }
  return name;
}
