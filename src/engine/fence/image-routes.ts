import { parameter, type FenceReply, type FenceRequest, type Route } from "./route.ts";

export const imageRoutes: readonly Route[] = [
  { method: "GET", pattern: "/images/{name*}/json", handle: inspectImage },
];

async function inspectImage(request: FenceRequest): Promise<FenceReply> {
  const reference = parameter(request, "name");
  await request.run.image(request.engine, reference);
  return { kind: "forward", call: { method: "GET", path: ["images", reference, "json"] } };
}
