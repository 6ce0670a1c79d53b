/** The fields of an `INFO` answer; section headings are left out. */
export type RedisInfo = ReadonlyMap<string, string>;

/** Reads the answer of `INFO`: `name:value` lines ended by CRLF. */
export function parseRedisInfo(text: string): RedisInfo {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    if (colon > 0 && !line.startsWith("#")) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

/** A numeric field; undefined where it is missing or no number. */
export function infoNumber(info: RedisInfo, name: string): number | undefined {
  const value = Number(info.get(name));
  return info.has(name) && Number.isFinite(value) ? value : undefined;
}

/**
 * Where a Redis server stands in replication.
 *
 * `synced`: the link to the primary is up and no full copy is under way. A replica that never finished its first copy accepts a
 * promotion, and is empty.
 */
export function redisReplication(info: RedisInfo): { readonly streaming: boolean; readonly synced: boolean } {
  const streaming = info.get("master_link_status") === "up";
  return { streaming, synced: streaming && info.get("master_sync_in_progress") === "0" };
}
