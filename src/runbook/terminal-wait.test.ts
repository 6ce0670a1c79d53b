import { expect, test } from "vitest";
import { readProcessTable } from "./process-table.ts";
import { containerWaits, hiddenUsers, operatorWaits } from "./terminal-wait.ts";

const words = (...argv: string[]): string => argv.join("\u001f");
const shell = `process 7 0 7 7 34816 20 0 1 /dev/pts/0 ${words("bash", "-i")}`;

test("a program in the foreground that reads the terminal waits for somebody to type", () => {
  const table = readProcessTable(
    `${shell}\nread 20 20 3 /dev/pts/0\nprocess 20 7 20 7 34816 20 0 1 - ${words("/usr/bin/less")}`,
  );
  expect(operatorWaits(table, 7)).toEqual({
    own: [{ key: "20:20:3", pid: 20, program: "less" }],
    forwarders: [],
  });
});

test.each([
  ["in the background", "read 20 20 3 /dev/pts/0\nprocess 20 7 19 7 34816 20 0 1 - cat"],
  ["of another session", "read 20 20 3 /dev/pts/1\nprocess 20 0 20 20 34817 20 0 1 - cat"],
  ["that reads a pipe", "read 20 20 3 pipe:[5]\nprocess 20 7 20 7 34816 20 0 1 - cat"],
  ["that reads nothing", "process 20 7 20 7 34816 20 0 1 - sleep"],
])("a program %s does not", (_, lines) => {
  expect(operatorWaits(readProcessTable(`${shell}\n${lines}`), 7)).toEqual({ own: [], forwarders: [] });
});

test("docker-compose exec reads the terminal only to pass it on, docker-compose rm asks itself", () => {
  const of = (...argv: string[]) =>
    operatorWaits(
      readProcessTable(
        `${shell}\nread 20 24 9 /dev/pts/0\nprocess 20 7 20 7 34816 20 0 1 - ${words(...argv)}`,
      ),
      7,
    );
  expect(of("/usr/bin/docker-compose", "exec", "postgres", "psql").forwarders).toEqual([
    { pid: 20, words: ["postgres", "psql"] },
  ]);
  expect(of("docker", "compose", "exec", "-T", "redis", "redis-cli").own).toEqual([]);
  expect(of("docker-compose", "rm", "postgres").own).toHaveLength(1);
  expect(of("vim", "exec").own).toHaveLength(1);
});

test("in a container the foreground of a terminal waits, and whoever reads the pipe that the exec came with", () => {
  const table = readProcessTable(
    [
      "read 1 1 2 /dev/null",
      `process 1 0 1 1 0 -1 999 1 - postgres`,
      "read 30 30 4 /dev/pts/0",
      `process 30 0 30 30 34816 30 0 1 /dev/pts/0 psql`,
      "read 40 40 5 pipe:[77]",
      `process 40 0 40 40 0 -1 0 1 pipe:[77] psql`,
      "read 51 51 6 pipe:[88]",
      `process 50 0 50 50 0 -1 0 1 pipe:[87] ${words("sh", "-c", "a | b")}`,
      `process 51 50 50 50 0 -1 0 1 - b`,
    ].join("\n"),
  );
  expect(containerWaits(table).map(({ pid }) => pid)).toEqual([30, 40]);
});

test("processes that the kernel hides are asked for by their users", () => {
  const table = readProcessTable(
    `process 1 0 1 1 0 -1 999 0 - postgres\nprocess 9 1 9 9 0 -1 999 0 - postgres\nprocess 30 0 30 30 34816 30 999 0 /dev/pts/0 psql`,
  );
  expect(hiddenUsers(table)).toEqual([999]);
  expect(hiddenUsers(readProcessTable("process 9 1 9 9 0 -1 999 0 - postgres"))).toEqual([]);
});
