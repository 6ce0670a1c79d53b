import { fields, flag, text } from "./allow-list.ts";
import { readEndpoint } from "./create-body.ts";
import { withoutLinkAliases } from "./link-aliases.ts";
import { rebuildFilters } from "./list-filters.ts";
import { parameter, type FenceReply, type FenceRequest, type Route } from "./route.ts";

const readConnectBody = fields({ Container: text, EndpointConfig: readEndpoint });
const readDisconnectBody = fields({ Container: text, Force: flag });

export const networkRoutes: readonly Route[] = [
  { method: "GET", pattern: "/networks", handle: listNetworks },
  { method: "GET", pattern: "/networks/{id}", handle: inspectNetwork },
  { method: "POST", pattern: "/networks/{id}/connect", handle: connect },
  { method: "POST", pattern: "/networks/{id}/disconnect", handle: disconnect },
];

interface Network {
  readonly Labels?: Record<string, string> | null;
}

async function listNetworks({ query, run, engine }: FenceRequest): Promise<FenceReply> {
  const filters = rebuildFilters(query.get("filters"), ["name", "id", "label"], run.runLabels);
  const found = (await engine.read({ method: "GET", path: ["networks"], query: { filters } })) as Network[];
  return {
    kind: "document",
    status: 200,
    document: found.filter(({ Labels }) => run.isVisibleNetwork(Labels)),
  };
}

async function inspectNetwork(request: FenceRequest): Promise<FenceReply> {
  const { id } = await request.run.network(request.engine, parameter(request, "id"));
  const network = (await request.engine.read({ method: "GET", path: ["networks", id] })) as Network;
  // Who else is on it (Toxiproxy, the operator) is the harness's business.
  return { kind: "document", status: 200, document: { ...network, Containers: {} } };
}

async function connect(request: FenceRequest): Promise<FenceReply> {
  const { run, engine } = request;
  const { id } = await run.network(engine, parameter(request, "id"));
  const asked = readConnectBody(await request.json(), "");
  const container = await run.container(engine, asked.Container ?? "");
  const Aliases = withoutLinkAliases(asked.EndpointConfig?.Aliases ?? [], run.scope.linkAliases);
  const body = { Container: container.id, EndpointConfig: { Aliases } };
  return {
    kind: "forward",
    call: { method: "POST", path: ["networks", id, "connect"], body: { json: body } },
  };
}

async function disconnect(request: FenceRequest): Promise<FenceReply> {
  const { run, engine } = request;
  const { id } = await run.network(engine, parameter(request, "id"));
  const asked = readDisconnectBody(await request.json(), "");
  const container = await run.container(engine, asked.Container ?? "");
  const body = { Container: container.id, Force: asked.Force ?? false };
  return {
    kind: "forward",
    call: { method: "POST", path: ["networks", id, "disconnect"], body: { json: body } },
  };
}
