/** Ids are mostly consecutive: a block of them lies together, so that a million lookups are not a million cache misses. */
const blockSize = 64;

/**
 * Numbers for ids 0, 1, 2 … in the order in which they were first seen: an open-addressing hash table in typed arrays. A million ids
 * take 20 MB, a Map of them five times that; and an id out of all range costs no more than another.
 */
export class IdTable {
  #keys = new Float64Array(1 << 12);
  /** Number + 1; 0 is a free place. */
  #numbers = new Uint32Array(1 << 12);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The number of an id, which it gets if it has none. */
  numberOf(id: number): number {
    if (this.#count * 2 >= this.#keys.length) this.#grow();
    const place = this.#placeOf(id);
    const known = this.#numbers[place] ?? 0;
    if (known !== 0) return known - 1;
    this.#keys[place] = id;
    this.#count += 1;
    this.#numbers[place] = this.#count;
    return this.#count - 1;
  }

  /** The number of an id, or -1. */
  find(id: number): number {
    return (this.#numbers[this.#placeOf(id)] ?? 0) - 1;
  }

  /** Calls back with every id and its number. */
  forEach(visit: (id: number, number: number) => void): void {
    for (let place = 0; place < this.#keys.length; place += 1) {
      const number = this.#numbers[place] ?? 0;
      if (number !== 0) visit(this.#keys[place] ?? 0, number - 1);
    }
  }

  #placeOf(id: number): number {
    const mask = this.#keys.length - 1;
    const block = Math.floor(id / blockSize);
    // Both halves of the block's number, so that ids beyond 2^32 spread too.
    const mixed = Math.imul(block | 0, 0x9e3779b1) ^ Math.imul((block / 0x1_0000_0000) | 0, 0x85ebca6b);
    let place = (((mixed ^ (mixed >>> 15)) * blockSize) | 0) & mask;
    place |= id - block * blockSize;
    // A taken place leads to the same one of the next block.
    while ((this.#numbers[place] ?? 0) !== 0 && this.#keys[place] !== id) place = (place + blockSize) & mask;
    return place;
  }

  #grow(): void {
    const [keys, numbers] = [this.#keys, this.#numbers];
    this.#keys = new Float64Array(keys.length * 2);
    this.#numbers = new Uint32Array(keys.length * 2);
    for (let index = 0; index < keys.length; index += 1) {
      const number = numbers[index] ?? 0;
      if (number === 0) continue;
      const id = keys[index] ?? 0;
      const place = this.#placeOf(id);
      this.#keys[place] = id;
      this.#numbers[place] = number;
    }
  }
}
