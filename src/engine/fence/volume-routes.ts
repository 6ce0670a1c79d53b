import { rebuildFilters } from "./list-filters.ts";
import { parameter, type FenceReply, type FenceRequest, type Route } from "./route.ts";

export const volumeRoutes: readonly Route[] = [
  { method: "GET", pattern: "/volumes", handle: listVolumes },
  { method: "GET", pattern: "/volumes/{name}", handle: inspectVolume },
];

interface VolumeList {
  readonly Volumes?: { readonly Labels?: Record<string, string> | null }[] | null;
}

async function listVolumes({ query, run, engine }: FenceRequest): Promise<FenceReply> {
  const filters = rebuildFilters(query.get("filters"), ["name", "label"], run.runLabels);
  const { Volumes } = (await engine.read({
    method: "GET",
    path: ["volumes"],
    query: { filters },
  })) as VolumeList;
  const own = (Volumes ?? []).filter(({ Labels }) => run.isOwn(Labels));
  return { kind: "document", status: 200, document: { Volumes: own, Warnings: null } };
}

async function inspectVolume(request: FenceRequest): Promise<FenceReply> {
  const name = await request.run.volume(request.engine, parameter(request, "name"));
  return { kind: "forward", call: { method: "GET", path: ["volumes", name] } };
}
