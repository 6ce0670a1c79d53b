import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import type { Wrapping } from "./backup-format.ts";
import { feedContainer } from "./container-exec.ts";
import { backupFolder } from "./sandbox.ts";

/** How one wrapping came off. */
export interface DecodedLayer {
  /** Of the program that takes it off: 0 when it was content, 137 when it was killed for its use of memory. */
  readonly exitStatus: number;
  /** Of what writes the result: not 0 when there was no room. */
  readonly writerStatus: number;
  /** Written, at most the limit and one. */
  readonly bytes: number;
  /** What the program said. */
  readonly said: string;
}

/** Where the key is while there is something to decrypt: in memory, in a container without a network. */
const keyFile = "/tmp/key";

/** By wrapping, the stock program that takes it off standard input and writes to standard output. */
const decoders: Readonly<Record<Wrapping, readonly string[]>> = {
  gzip: ["gzip", "-dc"],
  zstd: ["zstd", "-dcq"],
  "cms-der": ["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-inkey", keyFile],
  "cms-pem": ["openssl", "cms", "-decrypt", "-binary", "-inform", "PEM", "-inkey", keyFile],
  "cms-smime": ["openssl", "cms", "-decrypt", "-binary", "-inform", "SMIME", "-inkey", keyFile],
  gpg: [
    ...[
      "gpg",
      "--homedir",
      "/tmp/gnupg",
      "--batch",
      "--quiet",
      "--no-options",
      "--pinentry-mode",
      "loopback",
    ],
    ...["--passphrase-file", keyFile, "--decrypt"],
  ],
};

/** `LIMIT INPUT OUTPUT PROGRAM…`; an input of `-` is the script's own. */
const script = `
limit=$1 input=$2 output=$3; shift 3
[ "$input" = - ] || exec < "$input"
"$@" 2> /tmp/said | head -c "$limit" > "$output" 2> /dev/null
status=("\${PIPESTATUS[@]}")
printf '%s %s %s\\n' "\${status[0]}" "\${status[1]}" "$(stat -c %s "$output")"
head -c 2000 /tmp/said`;

/**
 * Takes one wrapping off a file of the workshop, or none (`undefined`: copies it). `input` is its path, or its content. At most `limit`
 * bytes and one come out.
 */
export async function decodeLayer(
  docker: Docker,
  workshop: Docker.Container,
  wrapping: Wrapping | undefined,
  {
    input,
    output,
    limit,
    signal,
    timeMs,
  }: {
    readonly input: string | AsyncIterable<Buffer>;
    readonly output: string;
    readonly limit: number;
    readonly signal: AbortSignal;
    readonly timeMs: number;
  },
): Promise<DecodedLayer> {
  const decoder = wrapping === undefined ? ["cat"] : decoders[wrapping];
  const path = typeof input === "string" ? input : "-";
  const argv = ["bash", "-c", script, "decode", String(limit + 1), path, output, ...decoder];
  const answer =
    typeof input === "string"
      ? (await execInContainer(docker, workshop.id, argv, { timeoutMs: timeMs })).stdout
      : await feedContainer(docker, workshop.id, argv, input, signal);
  const [figures = "", ...said] = answer.split("\n");
  // Without figures the script itself was killed.
  const [exitStatus = 137, writerStatus = 0, bytes = 0] =
    figures === "" ? [] : figures.split(" ").map(Number);
  return { exitStatus, writerStatus, bytes, said: said.join("\n").trim() };
}

/** Puts the key where the programs look for it. */
export async function bringKey(docker: Docker, workshop: Docker.Container, key: Buffer): Promise<void> {
  await execInContainer(
    docker,
    workshop.id,
    ["bash", "-c", `umask 077; mkdir -p /tmp/gnupg; cat > ${keyFile}`],
    { stdin: key },
  );
}

/** Puts a small file beside the backup; returns its path there. */
export async function bringFile(
  docker: Docker,
  workshop: Docker.Container,
  name: string,
  content: Buffer,
): Promise<string> {
  const path = `${backupFolder}/${name}`;
  await execInContainer(docker, workshop.id, ["bash", "-c", 'cat > "$1"', "bring", path], { stdin: content });
  return path;
}

/** The first bytes of a file of the workshop. */
export async function readStart(
  docker: Docker,
  workshop: Docker.Container,
  path: string,
  bytes: number,
): Promise<Buffer> {
  return readPart(docker, workshop, path, ["head", "-c", String(bytes)]);
}

/** Its last ones. */
export async function readEnd(
  docker: Docker,
  workshop: Docker.Container,
  path: string,
  bytes: number,
): Promise<Buffer> {
  return readPart(docker, workshop, path, ["tail", "-c", String(bytes)]);
}

async function readPart(
  docker: Docker,
  workshop: Docker.Container,
  path: string,
  program: readonly string[],
): Promise<Buffer> {
  const { stdout } = await execInContainer(docker, workshop.id, [
    "bash",
    "-c",
    '"$@" | base64 -w 0',
    "part",
    ...program,
    path,
  ]);
  return Buffer.from(stdout, "base64");
}
