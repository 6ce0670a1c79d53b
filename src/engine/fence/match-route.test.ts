import { expect, test } from "vitest";
import { archiveRoutes } from "./archive-routes.ts";
import { containerRoutes } from "./container-routes.ts";
import { imageRoutes } from "./image-routes.ts";
import { routeMatcher } from "./match-route.ts";

const match = routeMatcher([...containerRoutes, ...archiveRoutes, ...imageRoutes]);

test("a route takes its method and its whole path, and names what varies", () => {
  expect(match("GET", "/containers/json").route.pattern).toBe("/containers/json");
  expect(match("GET", "/containers/abc/json")).toMatchObject({ parameters: { id: "abc" } });
  expect(match("GET", "/images/host:5000/a/b:1/json")).toMatchObject({
    parameters: { name: "host:5000/a/b:1" },
  });
});

test("everything else is refused", () => {
  for (const [method, path] of [
    ["POST", "/containers/abc/json"],
    ["GET", "/containers/abc/json/x"],
    ["GET", "/x/containers/json"],
    ["GET", "/Containers/json"],
    ["GET", "/containers/a/b/json"],
    ["get", "/containers/json"],
    ["POST", "/containers/abc/update"],
  ] as const) {
    expect(() => match(method, path), `${method} ${path}`).toThrow("is not among the requests");
  }
});
