import { expect, test } from "vitest";
import { registryOf } from "./pull-image.ts";

test.each([
  ["postgres:17", "docker.io"],
  ["library/postgres:17", "docker.io"],
  ["ghcr.io/shopify/toxiproxy:2.5.0", "ghcr.io"],
  ["localhost:5000/app", "localhost:5000"],
  ["localhost/app", "localhost"],
])("the registry of %s is %s", (reference, registry) => {
  expect(registryOf(reference)).toBe(registry);
});
