import { Redis } from "ioredis";
import type { Endpoint } from "../topology/started-topology.ts";
import type { Survivor } from "./ledger-entry.ts";
import { payloadHash } from "./payload.ts";

export interface RedisScan {
  /** Past every link: the server itself. */
  readonly endpoint: Endpoint;
  readonly password: string;
  readonly databaseNumber?: number;
  readonly keyPattern: string;
  readonly listPattern: string;
  /** The run's id, and `base` for the data that was there before it. */
  readonly runs: readonly string[];
}

/** How much is asked for at once. */
const batchSize = 1000;

/**
 * Every write of these runs, some thousands at a time: its key, and where its writer's list has it. A key and its list entry were
 * written as one unit, so that half of it is damage: an id that only a list has comes with an empty hash. An id that lists have more
 * than once comes as often.
 */
export async function* scanRedis(options: RedisScan): AsyncGenerator<readonly Survivor[], void> {
  const redis = new Redis({
    ...options.endpoint,
    password: options.password,
    db: options.databaseNumber ?? 0,
    protocol: 2,
    lazyConnect: true,
    retryStrategy: null,
    enableOfflineQueue: false,
    disableClientInfo: true,
  });
  // The command's own error says what happened.
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    for (const run of options.runs) yield* scanRun(redis, options, run);
  } finally {
    redis.disconnect();
  }
}

interface ListPlace {
  readonly writer: number;
  readonly position: number;
}

async function* scanRun(
  redis: Redis,
  options: RedisScan,
  run: string,
): AsyncGenerator<readonly Survivor[], void> {
  const places = await readLists(redis, options.listPattern, run);
  // SCAN may give a key more than once.
  const seen = new Set<number>();
  for await (const keys of scanKeys(redis, options.keyPattern, run, "{id}")) {
    const fresh = keys.filter(({ number }) => !seen.has(number) && seen.add(number));
    if (fresh.length === 0) continue;
    const values = await redis.mget(fresh.map(({ key }) => key));
    yield fresh.flatMap(({ number: id }, index) => {
      const value = values[index];
      const hash = typeof value === "string" ? payloadHash(value) : "";
      return survivorsOf(id, hash, places.get(id) ?? []);
    });
  }
  yield [...places].flatMap(([id, idPlaces]) => (seen.has(id) ? [] : survivorsOf(id, "", idPlaces)));
}

function survivorsOf(id: number, hash: string, places: readonly ListPlace[]): Survivor[] {
  if (places.length === 0) return [{ id, payloadHash: hash }];
  return places.map((place) => ({ id, payloadHash: hash, ...place }));
}

async function readLists(redis: Redis, pattern: string, run: string): Promise<Map<number, ListPlace[]>> {
  const places = new Map<number, ListPlace[]>();
  const seen = new Set<number>();
  for await (const lists of scanKeys(redis, pattern, run, "{writer}")) {
    for (const { key, number: writer } of lists) {
      if (seen.has(writer)) continue;
      seen.add(writer);
      for (let start = 0; ; start += batchSize) {
        const items = await redis.lrange(key, start, start + batchSize - 1);
        items.forEach((item, index) => {
          const id = Number(item.slice(0, item.indexOf(":")));
          const place = { writer, position: start + index };
          const known = places.get(id);
          if (known === undefined) places.set(id, [place]);
          else known.push(place);
        });
        if (items.length < batchSize) break;
      }
    }
  }
  return places;
}

async function* scanKeys(
  redis: Redis,
  pattern: string,
  run: string,
  placeholder: "{id}" | "{writer}",
): AsyncGenerator<readonly { readonly key: string; readonly number: number }[]> {
  const [before = "", after = ""] = pattern.replace("{run}", run).split(placeholder);
  const isKey = new RegExp(`^${escapeRegExp(before)}(-?\\d+)${escapeRegExp(after)}$`);
  const glob = `${escapeGlob(before)}*${escapeGlob(after)}`;
  for (let cursor = "0"; ;) {
    const [next, keys] = await redis.scan(cursor, "MATCH", glob, "COUNT", batchSize);
    yield keys.flatMap((key) => {
      const number = isKey.exec(key)?.[1];
      return number === undefined ? [] : [{ key, number: Number(number) }];
    });
    if (next === "0") return;
    cursor = next;
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]^]/g, "\\$&");
}
