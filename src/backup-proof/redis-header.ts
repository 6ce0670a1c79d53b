import type { DumpHeader } from "./dump-header.ts";

/** Opcode of an auxiliary field: a name and a value. */
const auxiliary = 0xfa;

/** Names and values of an RDB file's beginning (Redis 3.2 and later): the server's version, and when it was written. */
export function readRdbHeader(head: Buffer): DumpHeader | undefined {
  try {
    return header(head);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function header(head: Buffer): DumpHeader | undefined {
  const fields = new Map<string, string>();
  let at = "REDIS0011".length;
  while (head.readUInt8(at) === auxiliary) {
    const name = readValue(head, at + 1);
    const value = readValue(head, name.next);
    fields.set(name.text, value.text);
    at = value.next;
  }
  const version = fields.get("redis-ver");
  const seconds = Number(fields.get("ctime"));
  if (version === undefined || !/^\d+\./.test(version)) return undefined;
  const madeAt = Number.isInteger(seconds) && seconds > 0 ? { madeAt: new Date(seconds * 1000) } : {};
  return { dumpedFrom: version, dumpedBy: version, ...madeAt };
}

/** A string with its length before it in six bits, or a number of one, two or four bytes. */
function readValue(head: Buffer, at: number): { text: string; next: number } {
  const first = head.readUInt8(at);
  if (first === 0xc0) return { text: String(head.readInt8(at + 1)), next: at + 2 };
  if (first === 0xc1) return { text: String(head.readInt16LE(at + 1)), next: at + 3 };
  if (first === 0xc2) return { text: String(head.readInt32LE(at + 1)), next: at + 5 };
  const next = at + 1 + first;
  if (first >= 0x40 || next > head.length) throw new RangeError("no short string");
  return { text: head.toString("latin1", at + 1, next), next };
}
