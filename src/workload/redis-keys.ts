/** Key of a write. */
export function redisKey(pattern: string, run: string, id: number): string {
  return pattern.replace("{run}", run).replace("{id}", String(id));
}

/** List of a writer. */
export function redisList(pattern: string, run: string, writer: number): string {
  return pattern.replace("{run}", run).replace("{writer}", String(writer));
}
