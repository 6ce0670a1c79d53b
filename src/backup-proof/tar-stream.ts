import { HarnessError } from "../harness-error.ts";

const blockBytes = 512;

/** Two blocks of zeros. */
export const tarEnd = Buffer.alloc(2 * blockBytes);

/** Header of a regular file (POSIX ustar), the same for the same path and length. */
export function tarHeader(path: string, bytes: number): Buffer {
  const { name, prefix } = splitPath(path);
  const block = Buffer.alloc(blockBytes);
  block.write(name, 0);
  block.write(octal(0o600, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(bytes, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(" ".repeat(8), 148);
  block.write("0", 156);
  block.write("ustar\u000000", 257, "latin1");
  block.write(prefix, 345);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, "0")}\u0000 `, 148);
  return block;
}

/** What fills the last block of a file. */
export function tarPadding(bytes: number): Buffer {
  return Buffer.alloc((blockBytes - (bytes % blockBytes)) % blockBytes);
}

/** A path of more than 100 bytes goes into two fields, parted at a slash. */
function splitPath(path: string): { readonly name: string; readonly prefix: string } {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: "" };
  for (let at = path.indexOf("/"); at !== -1; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(name) <= 100 && Buffer.byteLength(prefix) <= 155) return { name, prefix };
  }
  throw new HarnessError(
    `Expected paths of at most 255 bytes in the repository, found ${path}; copy it to a folder with names as pgBackRest gives them.`,
    { code: "path-too-long", exitStatus: 65 },
  );
}

function octal(value: number, width: number): string {
  return value.toString(8).padStart(width - 1, "0");
}
