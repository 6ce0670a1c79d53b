/** Glob for SCAN of all keys of a run; what a key pattern holds literally is escaped. */
export function keyGlob(keyPattern: string, run: string): string {
  return keyPattern
    .replaceAll(/[*?[\]\\]/g, String.raw`\$&`)
    .replaceAll("{run}", run)
    .replaceAll("{id}", "*");
}

/** Matches a key of a run as a whole; its first group is the id. */
export function keyIdPattern(keyPattern: string, run: string): RegExp {
  const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  const pieces = keyPattern.replaceAll("{run}", run).split("{id}").map(literal);
  return new RegExp(`^${pieces.join(String.raw`(-?\d+)`)}$`);
}
