import type { EngineClient } from "./engine-client.ts";
import { eventsOfRun } from "./event-stream.ts";
import { rebuildFilters } from "./list-filters.ts";
import { pick, type FenceReply, type FenceRequest, type Route } from "./route.ts";

/** What a client may know about the engine: enough to speak to it, nothing about the host. */
export interface EngineIdentity {
  readonly version: string;
  readonly apiVersion: string;
  readonly minimumApiVersion: string;
  readonly os: string;
  readonly architecture: string;
}

export async function readIdentity(engine: EngineClient): Promise<EngineIdentity> {
  const said = (await engine.read({ method: "GET", path: ["version"] })) as Record<string, string>;
  return {
    version: said["Version"] ?? "",
    apiVersion: said["ApiVersion"] ?? "",
    minimumApiVersion: said["MinAPIVersion"] ?? "",
    os: said["Os"] ?? "",
    architecture: said["Arch"] ?? "",
  };
}

export function systemRoutes(identity: EngineIdentity): readonly Route[] {
  const version = {
    Version: identity.version,
    ApiVersion: identity.apiVersion,
    MinAPIVersion: identity.minimumApiVersion,
    Os: identity.os,
    Arch: identity.architecture,
  };
  const info = {
    ServerVersion: identity.version,
    OSType: identity.os,
    Architecture: identity.architecture,
    Driver: "",
    SecurityOptions: [],
    Swarm: { LocalNodeState: "inactive" },
    Warnings: null,
  };
  return [
    { method: "HEAD", pattern: "/_ping", handle: () => ({ kind: "document", status: 200, document: "OK" }) },
    { method: "GET", pattern: "/_ping", handle: () => ({ kind: "document", status: 200, document: "OK" }) },
    {
      method: "GET",
      pattern: "/version",
      handle: () => ({ kind: "document", status: 200, document: version }),
    },
    { method: "GET", pattern: "/info", handle: () => ({ kind: "document", status: 200, document: info }) },
    { method: "GET", pattern: "/events", handle: events },
  ];
}

function events({ query, run }: FenceRequest): FenceReply {
  const filters = rebuildFilters(
    query.get("filters"),
    ["label", "event", "container", "type"],
    run.containerLabels,
  );
  const call = {
    method: "GET",
    path: ["events"],
    query: { ...pick(query, "since", "until"), filters },
  } as const;
  return { kind: "forward", call, through: () => eventsOfRun((attributes) => run.isVisible(attributes)) };
}
