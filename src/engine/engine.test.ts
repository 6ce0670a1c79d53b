import { createServer, type Server } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectEngine } from "./engine.ts";

let directory: string;
let server: Server | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "engine-"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  server?.close();
  server = undefined;
  rmSync(directory, { recursive: true });
});

/** A listener that answers every request as `/version` would: what is under test is the judgement of the answer. */
async function listen(answer: object): Promise<string> {
  const socketPath = join(directory, "engine.sock");
  server = createServer((_request, response) =>
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer)),
  );
  await new Promise<void>((resolve) => server?.listen(socketPath, resolve));
  vi.stubEnv("DOCKER_HOST", `unix://${socketPath}`);
  return socketPath;
}

test("an engine with an API before 1.41 is refused, and the message says which it is", async () => {
  await listen({ Version: "19.03.15", ApiVersion: "1.40" });
  await expect(connectEngine()).rejects.toMatchObject({
    exitStatus: 69,
    code: "engine-too-old",
    message: expect.stringMatching(/19\.03\.15 with API 1\.40/) as string,
  });
});

test("versions of the API are compared as numbers, not as text", async () => {
  await listen({ Version: "99.0", ApiVersion: "1.141" });
  expect((await connectEngine()).apiVersion).toBe("1.141");
});

test("Testcontainers is pointed at the engine that was found, without its clean-up container", async () => {
  vi.stubEnv("TESTCONTAINERS_RYUK_DISABLED", "");
  const socketPath = await listen({ Version: "28.0.0", ApiVersion: "1.48" });
  await connectEngine();
  expect(process.env["DOCKER_HOST"]).toBe(`unix://${socketPath}`);
  expect(process.env["TESTCONTAINERS_RYUK_DISABLED"]).toBe("true");
});

test("a chosen engine that does not answer is an error that names it, not a reason to use another", async () => {
  vi.stubEnv("DOCKER_HOST", `unix://${directory}/nobody.sock`);
  await expect(connectEngine()).rejects.toMatchObject({
    exitStatus: 69,
    code: "no-engine",
    message: expect.stringContaining(`${directory}/nobody.sock`) as string,
  });
});
