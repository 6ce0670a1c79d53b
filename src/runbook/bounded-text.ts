/** Characters kept of the beginning, and as many of the end, of what one command prints. */
const keptCharacters = 32_768;

/** Text that grows without taking memory: its head and its tail are kept, and what was cut between them is said. */
export class BoundedText {
  readonly #kept: number;
  #head = "";
  #tail = "";
  #cut = 0;

  constructor(kept = keptCharacters) {
    this.#kept = kept;
  }

  append(text: string): void {
    const room = this.#kept - this.#head.length;
    this.#head += text.slice(0, room);
    const rest = room > 0 ? text.slice(room) : text;
    if (rest === "") return;
    this.#tail += rest;
    // Trimmed in large bites: cutting at every chunk would copy the tail each time.
    if (this.#tail.length > 2 * this.#kept) this.#trim();
  }

  /** Cut at line ends where there are any, so that no half of a word, or of a secret, stands at the cut. */
  toString(): string {
    if (this.#tail.length > this.#kept) this.#trim();
    if (this.#cut === 0) return this.#head + this.#tail;
    const headEnd = this.#head.lastIndexOf("\n") + 1;
    const tailStart = this.#tail.indexOf("\n") + 1;
    const head = headEnd === 0 ? this.#head : this.#head.slice(0, headEnd);
    const tail = this.#tail.slice(tailStart);
    const cut = this.#cut + (this.#head.length - head.length) + tailStart;
    return `${head}${headEnd === 0 ? "\n" : ""}[… ${cut} characters cut …]\n${tail}`;
  }

  #trim(): void {
    const excess = this.#tail.length - this.#kept;
    this.#cut += excess;
    this.#tail = this.#tail.slice(excess);
  }
}
