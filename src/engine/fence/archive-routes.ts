import type { IncomingMessage } from "node:http";
import { refused } from "./denied.ts";
import type { EngineClient } from "./engine-client.ts";
import { parameter, pick, type FenceReply, type FenceRequest, type Route } from "./route.ts";

/** Routes of `docker cp`. */
export const archiveRoutes: readonly Route[] = [
  { method: "HEAD", pattern: "/containers/{id}/archive", handle: (request) => archive(request, "HEAD") },
  { method: "GET", pattern: "/containers/{id}/archive", handle: (request) => archive(request, "GET") },
  { method: "PUT", pattern: "/containers/{id}/archive", handle: (request) => archive(request, "PUT") },
];

async function archive(request: FenceRequest, method: "HEAD" | "GET" | "PUT"): Promise<FenceReply> {
  const { id, service } = await request.run.container(request.engine, parameter(request, "id"));
  const path = request.query.get("path") ?? "";
  await refuseSymbolicLinks(request.engine, id, path);
  const query = {
    path,
    ...(method === "PUT" ? pick(request.query, "noOverwriteDirNonDir", "copyUIDGID") : {}),
  };
  const call = { method, path: ["containers", id, "archive"], query } as const;
  return {
    kind: "forward",
    service,
    call: method === "PUT" ? { ...call, body: { tar: request.body } } : call,
  };
}

/** Bit of a symbolic link in the file mode of Go, in which the engine states it. */
const symbolicLink = 0x08000000;

/**
 * The engine resolves links inside the container's own file system, and more than once it did not. It is asked about every
 * component of the path, and none may be a link. (A process of the container can still swap one in afterwards: then the engine's
 * own confinement is what holds.)
 */
async function refuseSymbolicLinks(engine: EngineClient, id: string, path: string): Promise<void> {
  if (path.includes("\0")) throw refused("the path holds a null character", 400);
  const components = path.split("/").filter((component) => component !== "" && component !== ".");
  if (components.includes("..")) throw refused(`archive path ${JSON.stringify(path)} leads upwards`);
  for (let length = 1; length <= components.length; length += 1) {
    const upTo = `/${components.slice(0, length).join("/")}`;
    const response = await engine.send({
      method: "HEAD",
      path: ["containers", id, "archive"],
      query: { path: upTo },
    });
    response.resume();
    // The engine's own answer to the request itself says what is missing.
    if (response.statusCode !== 200) return;
    if ((modeOf(response) & symbolicLink) !== 0)
      throw refused(`archive path ${JSON.stringify(upTo)} is a symbolic link`);
  }
}

function modeOf(response: IncomingMessage): number {
  const header = response.headers["x-docker-container-path-stat"];
  const stat: unknown =
    typeof header === "string" ? JSON.parse(Buffer.from(header, "base64").toString()) : undefined;
  const mode = (stat as { mode?: unknown } | undefined)?.mode;
  if (typeof mode !== "number") throw refused("the engine does not say what kind of file that is");
  return mode;
}
