import { createInterface } from "node:readline";
import type Docker from "dockerode";
import type { NewTimelineEvent } from "../timeline/event.ts";
import { environmentOf, inspectIfThere } from "./running-service.ts";
import { storeHosts } from "./store-hosts.ts";
import type { SystemDefinition } from "./system-definition.ts";

export interface ServicesWatch {
  readonly docker: Docker;
  readonly project: string;
  readonly system: SystemDefinition;
  readonly record: (event: NewTimelineEvent) => void;
  /** Called when the container of a data node ended. */
  readonly onNodeEnded: (service: string, exitStatus: string) => void;
}

interface EngineEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/**
 * Puts each start and end of an application container on the timeline, and tells of each end of a data node's, as the engine tells
 * it. Disposing ends that.
 */
export async function watchServices(watch: ServicesWatch): Promise<Disposable> {
  const { docker, project } = watch;
  const stream = await docker.getEvents({
    filters: {
      type: ["container"],
      event: ["start", "die"],
      label: [`com.docker.compose.project=${project}`],
    },
  });
  // The engine going away ends the stream; whoever needs the engine next will say so.
  stream.on("error", () => undefined);
  const lines = createInterface({ input: stream });
  lines.on("line", (line) => void report(watch, JSON.parse(line) as EngineEvent));
  return {
    [Symbol.dispose]() {
      lines.close();
      // The stream is the engine's answer, which its type does not say: only destroying it ends the request.
      (stream as unknown as { destroy(): void }).destroy();
    },
  };
}

async function report(
  { docker, onNodeEnded, record, system }: ServicesWatch,
  { Action, Actor }: EngineEvent,
): Promise<void> {
  const service = Actor.Attributes["com.docker.compose.service"];
  if (service === undefined) return;
  if (Action === "die" && system.nodes.some((node) => node.service === service))
    onNodeEnded(service, Actor.Attributes["exitCode"] ?? "unknown");
  if (!system.application.services.includes(service)) return;
  const change = { kind: "application-changed", service, containerId: Actor.ID } as const;
  if (Action === "die") {
    record({ ...change, state: "stopped" });
    return;
  }
  const inspected = await inspectIfThere(docker, Actor.ID).catch(() => undefined);
  record({
    ...change,
    state: "started",
    ...(inspected === undefined ? {} : { urlHosts: storeHosts(system, environmentOf(inspected)) }),
  });
}
