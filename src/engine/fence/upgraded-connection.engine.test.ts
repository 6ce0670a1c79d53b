import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, sendRaw } from "./testing/attack.ts";
import { startFencedRun, type FencedRun } from "./testing/fenced-run.ts";

let run: FencedRun;
beforeAll(async () => {
  run = await startFencedRun();
});
afterAll(() => run[Symbol.asyncDispose]());

describe("a connection that is to become a stream", () => {
  const upgrade = "Host: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n";
  const second = "GET /v1.41/containers/json?all=1 HTTP/1.1\r\nHost: x\r\n\r\n";
  const answers = (received: string) => received.match(/HTTP\/1\.1 \d+/g) ?? [];

  test("for a request that can't: refused and closed, whatever rides behind it", async () => {
    for (const path of ["/v1.41/info", "/v1.41/containers/json", "/v1.41/session"]) {
      const received = await sendRaw(run, `GET ${path} HTTP/1.1\r\n${upgrade}\r\n${second}`);
      expect(received).toContain("refused by the fence");
      expect(answers(received)).toHaveLength(1);
    }
  });

  test("when the engine does not agree: its answer, closed, whatever rides behind it", async () => {
    await run.operate("docker-compose up -d backend && docker-compose pause backend");
    const path = `/v1.41/containers/${run.project}-backend-1/attach?stream=1&stdout=1`;
    const received = await sendRaw(
      run,
      `POST ${path} HTTP/1.1\r\n${upgrade}Content-Length: 0\r\n\r\n${second}`,
    );
    await run.operate("docker-compose unpause backend");
    expect(received).toContain("is paused");
    expect(received).not.toContain("101 UPGRADED");
    expect(answers(received)).toHaveLength(1);
  });

  test("when it agrees: what rides behind is input of the command, not a request", async () => {
    await run.operate("docker-compose up -d backend");
    const create = await ask(run, "POST", `/v1.41/containers/${run.project}-backend-1/exec`, {
      Cmd: ["cat"],
      AttachStdin: true,
      AttachStdout: true,
    });
    const { Id } = JSON.parse(create.text) as { Id: string };
    const body = `{"Detach":false,"Tty":false}`;
    const head = `POST /v1.41/exec/${Id}/start HTTP/1.1\r\n${upgrade}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const received = await sendRaw(run, `${head}${body}${second}`, { thenEnd: true });
    expect(received).toMatch(/^HTTP\/1\.1 101 UPGRADED/);
    expect(received).toContain(second);
    expect(answers(received)).toEqual(["HTTP/1.1 101"]);
  });

  test("without the upgrade: the output of the command as an ordinary answer", async () => {
    const create = await ask(run, "POST", `/v1.41/containers/${run.project}-backend-1/exec`, {
      Cmd: ["echo", "plain"],
      AttachStdout: true,
    });
    const { Id } = JSON.parse(create.text) as { Id: string };
    const { status, text } = await ask(run, "POST", `/v1.41/exec/${Id}/start`, { Detach: false });
    expect([status, text.slice(8)]).toEqual([200, "plain\n"]);
  });

  test("with its body in chunks", async () => {
    const head = `POST /v1.41/exec/${"0".repeat(64)}/start HTTP/1.1\r\n${upgrade}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`;
    expect(await sendRaw(run, head)).toContain("refused by the fence");
  });
});
