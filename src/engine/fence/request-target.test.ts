import fc from "fast-check";
import { expect, test } from "vitest";
import { readRequestTarget } from "./request-target.ts";

const read = (raw: string) => readRequestTarget(raw, "1.47");

test("version, path and query are told apart", () => {
  const { version, path, query } = read("/v1.41/containers/json?all=1&filters=%7B%7D");
  expect([version, path, query.get("all"), query.get("filters")]).toEqual([
    "1.41",
    "/containers/json",
    "1",
    "{}",
  ]);
  expect(read("/_ping")).toMatchObject({ path: "/_ping" });
  expect(read("/_ping").version).toBeUndefined();
});

test("percent-encoding is undone once, slashes and the version included", () => {
  expect(read("/%76%31.41/containers%2fabc%2Fjso%6e")).toMatchObject({
    version: "1.41",
    path: "/containers/abc/json",
  });
  expect(read("/images/debian%2525/json").path).toBe("/images/debian%25/json");
});

test("a version is between 1.41 and the engine's own", () => {
  expect(read("/v1.47/info").version).toBe("1.47");
  expect(read("/v1.041/info").version).toBe("1.41");
  for (const old of ["1.12", "1.40", "0.41"]) expect(() => read(`/v${old}/info`)).toThrow("older than 1.41");
  for (const young of ["1.48", "2.0"])
    expect(() => read(`/v${young}/info`)).toThrow("newer than the engine's 1.47");
  for (const odd of ["1", "1.41.1", "1.4x"]) expect(() => read(`/v${odd}/info`)).toThrow("is not a version");
});

test.each([
  "//containers/json",
  "/containers//json",
  "/containers/json/",
  "/containers/./json",
  "/containers/../json",
  "/containers/%2e%2e/json",
  "/containers%2f%2e%2e%2fjson",
  "/",
  "/containers/a%00b",
  "/containers/a%20b",
  "/containers/\u212a",
  "/containers/%E2%84%AA",
  "/containers/%C5%BF",
  "/containers/%c0%af",
  "/containers/%",
  "/containers/a\\b",
  "/containers/json#x",
  "http://host/containers/json",
  "*",
  "containers/json",
  "",
])("%j is refused", (raw) => {
  expect(() => read(raw)).toThrow("refused by the fence");
});

test("whatever comes in, what comes out has only plain segments", () => {
  const raw = fc.array(
    fc.constantFrom("/", "%2f", "..", "%2e", ".", "v1.41", "a", "%", "\\", "%5c", "%00", "K", "\u212a", "?"),
  );
  fc.assert(
    fc.property(raw, (parts) => {
      let path: string;
      try {
        ({ path } = read(`/${parts.join("")}`));
      } catch {
        return;
      }
      expect(path).toMatch(/^\/[\x21-\x7e]*$/);
      const segments = path === "/" ? [] : path.slice(1).split("/");
      for (const segment of segments) expect(["", ".", ".."]).not.toContain(segment);
    }),
  );
});
