import { refused } from "./denied.ts";
import type { OwnRun } from "./own-run.ts";

/** What Compose 2.26 writes; other programs on the host act on labels, so no others get through. */
const composeLabels: ReadonlySet<string> = new Set(
  [
    "config-hash",
    "container-number",
    "depends_on",
    "image",
    "image.builder",
    "oneoff",
    "project",
    "project.config_files",
    "project.environment_file",
    "project.working_dir",
    "replace",
    "service",
    "slug",
    "version",
  ].map((name) => `com.docker.compose.${name}`),
);

/** Labels of a new container: Compose's own, and the run's on top, so that it is seen, fenced and cleaned up with the run. */
export function containerLabels(
  asked: Readonly<Record<string, string>>,
  run: OwnRun,
): Record<string, string> {
  const forced: Record<string, string> = { ...run.scope.labels, ...run.containerLabels };
  for (const [name, value] of Object.entries(asked)) {
    if (Object.hasOwn(forced, name) ? forced[name] !== value : !composeLabels.has(name)) {
      throw refused(`label ${name}=${value} can't be set on a container of this run`);
    }
  }
  return { ...asked, ...forced };
}
