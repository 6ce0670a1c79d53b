import { expect, test } from "vitest";
import { parseRedisInfo } from "../probe/redis-info.ts";
import { parseReading } from "./read-append-only.ts";
import { redisHistory } from "./redis-history.ts";
import { keyGlob, keyIdPattern } from "../probe/run-keys.ts";

test("ids come from the commands of the file and from the keys of the loaded server", () => {
  const text = `applied 7:0123456789abcdef0123456789abcdef\r\nsource append-only file\nkey quote:k1:8\nkey quote:other:9\n`;
  const { appendOnly, detail } = parseReading(text, keyIdPattern("quote:{run}:{id}", "k1"));
  expect([...appendOnly.presentIds]).toEqual([7, 8]);
  expect(appendOnly.keys).toBe(1);
  expect(detail).toBe("read from its append-only file");
});

test("what a key pattern holds literally is matched literally", () => {
  expect(keyGlob("a*[x]:{run}:{id}", "k1")).toBe(String.raw`a\*\[x\]:k1:*`);
  expect(keyIdPattern("a.b:{run}:{id}", "k1").test("aXb:k1:1")).toBe(false);
  expect(keyIdPattern("a.b:{run}:{id}", "k1").exec("a.b:k1:-12")?.[1]).toBe("-12");
});

test("a server that was never promoted has no previous history", () => {
  const info =
    "role:master\r\nmaster_replid:1a27\r\nmaster_replid2:0000\r\nmaster_repl_offset:2\r\nsecond_repl_offset:-1\r\n";
  expect(redisHistory(parseRedisInfo(info))).toEqual({
    role: "primary",
    replicationId: "1a27",
    masterReplOffset: 2,
  });
});

test("a promoted server tells where it left its primary's history", () => {
  const info =
    "role:master\r\nmaster_replid:bb\r\nmaster_replid2:aa\r\nmaster_repl_offset:900\r\nsecond_repl_offset:801\r\n";
  expect(redisHistory(parseRedisInfo(info))).toMatchObject({
    previousReplicationId: "aa",
    secondReplOffset: 801,
  });
});
