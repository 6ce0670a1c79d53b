import type Docker from "dockerode";
import { followEngineEvents } from "./engine-events.ts";
import { seldom, type Say } from "./say.ts";

/** Until the registry must have said something: one that cannot be reached may never refuse. */
const firstWordWithinMs = 10_000;

/** How long a download may stand still before it counts as failed. */
const stalledAfterMs = 60_000;

/** Registries that did not answer this process; asking again would only cost the time again. */
const unreachable = new Set<string>();

/**
 * Pulls an image if its registry answers.
 *
 * @returns whether the image is now on the engine. A failure is no error: there is another way to come by an image.
 */
export async function pullImage(docker: Docker, reference: string, say: Say): Promise<boolean> {
  const registry = registryOf(reference);
  if (unreachable.has(registry)) return false;
  say(`asking ${registry} for ${reference}`);
  const controller = new AbortController();
  const registryState = { answered: false };
  let timer = setTimeout(() => controller.abort(), firstWordWithinMs);
  const sayProgress = seldom(say);
  const layers = new Map<string, { readonly current: number; readonly total: number }>();
  try {
    const stream = await docker.pull(reference, { abortSignal: controller.signal });
    await followEngineEvents(stream, (event) => {
      registryState.answered = true;
      clearTimeout(timer);
      timer = setTimeout(() => controller.abort(), stalledAfterMs);
      if (event.status !== "Downloading" || !event.id || !event.progressDetail) return;
      const { current = 0, total = 0 } = event.progressDetail;
      layers.set(event.id, { current, total });
      sayProgress(`pulling ${reference}: ${megabytes([...layers.values()])}`);
    });
    return true;
  } catch (error) {
    // 404 and 403 are answers about the image; anything else is none.
    const status = (error as { statusCode?: number }).statusCode;
    if (!registryState.answered && status !== 404 && status !== 403) unreachable.add(registry);
    say(`${reference} can not be pulled (${firstLine(error)})`);
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** `ghcr.io/a/b:1` is at ghcr.io; a first part without a dot or a port is a name at Docker Hub. */
export function registryOf(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : "docker.io";
}

function megabytes(layers: readonly { readonly current: number; readonly total: number }[]): string {
  const sum = (pick: "current" | "total"): string =>
    (layers.reduce((total, layer) => total + layer[pick], 0) / 1e6).toFixed(0);
  return `${sum("current")} of ${sum("total")} MB`;
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.replace(/^\(HTTP code .*?\) [\w ]+ - /, "").split("\n")[0] ?? "").trim();
}
