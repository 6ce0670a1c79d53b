import { createHash } from "node:crypto";

/** One Redis key with all that is to be the same after recovery. */
export interface RedisValue {
  readonly key: Buffer;
  readonly type: string;
  /** Elements in the order that counts: a list's own, a set's and a hash's sorted. */
  readonly elements: readonly Buffer[];
  /** Milliseconds since 1970 at which it expires; -1 for never. */
  readonly expiresAtMs: number;
}

/** Which collections have no order of their own, and how many elements of their answer belong together. */
const unordered: ReadonlyMap<string, number> = new Map([
  ["set", 1],
  ["hash", 2],
  ["zset", 2],
]);

/** Brings the elements of a value into the one order in which equal values are equal. */
export function canonicalElements(type: string, elements: readonly Buffer[]): Buffer[] {
  const width = unordered.get(type);
  if (width === undefined) return [...elements];
  const tuples: Buffer[][] = [];
  for (let at = 0; at < elements.length; at += width) tuples.push(elements.slice(at, at + width));
  return tuples.toSorted((a, b) => Buffer.compare(a[0] ?? Buffer.of(), b[0] ?? Buffer.of())).flat();
}

/** A 128-bit number for one key. Lengths go in before contents, so that no two keys run into the same bytes. */
export function valueHash({ key, type, elements, expiresAtMs }: RedisValue): bigint {
  const hash = createHash("sha256");
  const header = Buffer.from(`${type} ${expiresAtMs} ${elements.length} `);
  for (const part of [key, header, ...elements]) hash.update(`${part.length}:`).update(part);
  return BigInt(`0x${hash.digest("hex").slice(0, 32)}`);
}
