import { readCreateBody } from "./create-body.ts";
import { checkContainerName } from "./container-name.ts";
import { composeCreateBody } from "./create-container.ts";
import { refused } from "./denied.ts";
import { rebuildFilters } from "./list-filters.ts";
import { serviceLabel } from "./own-run.ts";
import { parameter, pick, type FenceReply, type FenceRequest, type Route } from "./route.ts";

const filterKeys = ["label", "name", "id", "status", "health", "exited", "ancestor", "network", "volume"];

const logParameters = ["follow", "stdout", "stderr", "since", "until", "timestamps", "tail", "details"];

/** `docker top` runs the host's `ps` with these arguments, so only the customary ones. */
const psArguments: ReadonlySet<string | undefined> = new Set([undefined, "", "-ef", "aux", "-aux", "-f"]);

export const containerRoutes: readonly Route[] = [
  { method: "GET", pattern: "/containers/json", handle: listContainers },
  { method: "POST", pattern: "/containers/create", handle: createContainer },
  { method: "GET", pattern: "/containers/{id}/json", handle: passOn("GET", "json", "size") },
  { method: "GET", pattern: "/containers/{id}/top", handle: top },
  { method: "GET", pattern: "/containers/{id}/logs", handle: passOn("GET", "logs", ...logParameters) },
  { method: "POST", pattern: "/containers/{id}/start", handle: passOn("POST", "start", "detachKeys") },
  { method: "POST", pattern: "/containers/{id}/stop", handle: passOn("POST", "stop", "t", "signal") },
  { method: "POST", pattern: "/containers/{id}/restart", handle: passOn("POST", "restart", "t", "signal") },
  { method: "POST", pattern: "/containers/{id}/kill", handle: passOn("POST", "kill", "signal") },
  { method: "POST", pattern: "/containers/{id}/pause", handle: passOn("POST", "pause") },
  { method: "POST", pattern: "/containers/{id}/unpause", handle: passOn("POST", "unpause") },
  { method: "POST", pattern: "/containers/{id}/wait", handle: passOn("POST", "wait", "condition") },
  { method: "POST", pattern: "/containers/{id}/resize", handle: passOn("POST", "resize", "h", "w") },
  { method: "POST", pattern: "/containers/{id}/rename", handle: rename },
  { method: "POST", pattern: "/containers/{id}/attach", handle: attach },
  { method: "DELETE", pattern: "/containers/{id}", handle: remove },
];

async function listContainers({ query, run, engine }: FenceRequest): Promise<FenceReply> {
  const filters = rebuildFilters(query.get("filters"), filterKeys, run.containerLabels);
  const found = (await engine.read({
    method: "GET",
    path: ["containers", "json"],
    query: { ...pick(query, "all", "limit", "size"), filters },
  })) as { Labels?: Record<string, string> }[];
  return { kind: "document", status: 200, document: found.filter(({ Labels }) => run.isVisible(Labels)) };
}

async function createContainer({ query, json, run, engine }: FenceRequest): Promise<FenceReply> {
  const name = checkContainerName(query.get("name"), run.scope.project);
  const asked = readCreateBody(await json(), "");
  run.reach.check(asked.Labels?.[serviceLabel] ?? name);
  const platform = query.get("platform") ?? undefined;
  const body = await composeCreateBody(asked, run, engine);
  return {
    kind: "forward",
    call: { method: "POST", path: ["containers", "create"], query: { name, platform }, body: { json: body } },
  };
}

/** Hands a request about one container on, with these parameters and no body. */
function passOn(method: "GET" | "POST", verb: string, ...parameters: readonly string[]): Route["handle"] {
  return async (request) => {
    await refuseBody(request);
    const { id, service } = await request.run.container(request.engine, parameter(request, "id"));
    return {
      kind: "forward",
      call: { method, path: ["containers", id, verb], query: pick(request.query, ...parameters) },
      service,
    };
  };
}

async function top(request: FenceRequest): Promise<FenceReply> {
  const asked = pick(request.query, "ps_args");
  if (!psArguments.has(asked["ps_args"])) throw refused("ps on the host takes no such arguments");
  const { id, service } = await request.run.container(request.engine, parameter(request, "id"));
  return { kind: "forward", call: { method: "GET", path: ["containers", id, "top"], query: asked }, service };
}

async function rename(request: FenceRequest): Promise<FenceReply> {
  const { id, service } = await request.run.container(request.engine, parameter(request, "id"));
  const name = checkContainerName(request.query.get("name"), request.run.scope.project);
  return {
    kind: "forward",
    call: { method: "POST", path: ["containers", id, "rename"], query: { name } },
    service,
  };
}

async function attach(request: FenceRequest): Promise<FenceReply> {
  const { id, service } = await request.run.container(request.engine, parameter(request, "id"));
  const query = pick(request.query, "stream", "stdin", "stdout", "stderr", "logs", "detachKeys");
  return { kind: "hijack", call: { method: "POST", path: ["containers", id, "attach"], query }, service };
}

async function remove(request: FenceRequest): Promise<FenceReply> {
  await refuseBody(request);
  if (request.query.has("link")) throw refused("links between containers are not this run's");
  const { id, service } = await request.run.container(request.engine, parameter(request, "id"));
  return {
    kind: "forward",
    call: { method: "DELETE", path: ["containers", id], query: pick(request.query, "force", "v") },
    service,
  };
}

/** Old API versions took a HostConfig here; there is no honest reason to send one now. */
async function refuseBody(request: FenceRequest): Promise<void> {
  const body = await request.json();
  if (body !== undefined && body !== null && Object.keys(body).length > 0)
    throw refused("this request takes no body", 400);
}
