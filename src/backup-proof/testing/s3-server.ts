import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { vi } from "vitest";
import { connectEngine } from "../../engine/engine.ts";
import { resolveImage } from "../../engine/images.ts";
import { runLabels } from "../../engine/labels.ts";
import { removeRun } from "../../engine/remove-run.ts";
import { waitUntil } from "../../topology/wait-until.ts";

/** The user's own program. */
export const aws = (...words: string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)("aws", words);

/** The user's own program does the fetching: where there is none, that is what is tested. */
export const hasAws = await aws("--version").then(
  () => true,
  () => false,
);

/**
 * Starts an S3 server with the bucket `backups`, and points `aws` at it. The folder of temporary files is one of its own: a test that
 * looks what is left there sees nothing of others. Disposing removes both.
 */
export async function startS3Server(): Promise<AsyncDisposable> {
  const runId = `o${randomUUID().replaceAll("-", "").slice(0, 7)}`;
  const { docker } = await connectEngine();
  const container = await docker.createContainer({
    Image: await resolveImage(docker, "s3"),
    Labels: runLabels(runId),
    Cmd: ["--port", ":7070", "posix", "/tmp"],
    Env: ["ROOT_ACCESS_KEY=key", "ROOT_SECRET_KEY=secret-of-s3"],
    ExposedPorts: { "7070/tcp": {} },
    HostConfig: { PortBindings: { "7070/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] } },
  });
  await container.start();
  const port = (await container.inspect()).NetworkSettings.Ports["7070/tcp"]?.[0]?.HostPort ?? "";
  const temporary = await mkdtemp(join(tmpdir(), "drill-test-"));
  vi.stubEnv("TMPDIR", temporary);
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret-of-s3");
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
  const wait = { what: "the S3 server to be ready", deadlineMs: 30_000, signal: AbortSignal.timeout(60_000) };
  await waitUntil(wait, async () => {
    await aws("s3", "mb", "s3://backups");
    return undefined;
  });
  return {
    async [Symbol.asyncDispose]() {
      vi.unstubAllEnvs();
      await rm(temporary, { recursive: true });
      await removeRun(docker, runId);
    },
  };
}
