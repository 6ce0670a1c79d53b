/** Stream type, three zero bytes, length: the engine's frame header for output of a container without a terminal. */
const headerBytes = 8;

/** The text of a container's log, standard output and error in the order in which they were written. */
export function demultiplex(bytes: Buffer): string {
  const pieces: string[] = [];
  for (let offset = 0; offset + headerBytes <= bytes.length;) {
    const isFrame = (bytes[offset] ?? 255) <= 2 && bytes.readUIntBE(offset + 1, 3) === 0;
    // A container with a terminal has a plain stream and no frames.
    if (!isFrame) return bytes.toString("utf8");
    const end = offset + headerBytes + bytes.readUInt32BE(offset + 4);
    pieces.push(bytes.toString("utf8", offset + headerBytes, end));
    offset = end;
  }
  return pieces.join("");
}
