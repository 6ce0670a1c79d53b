import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import { parseHistory, type TimelineSwitch } from "./parse-history.ts";
import { parseWalSegment, type WalSegment } from "./wal-segment.ts";

/** The WAL that lies on one node's volume. */
export interface WalListing {
  readonly dataDirectory: string;
  readonly segmentBytes: number;
  readonly blockBytes: number;
  readonly segments: readonly WalSegment[];
  /** By timeline, from its history file. */
  readonly switches: ReadonlyMap<number, TimelineSwitch>;
}

/** Prints what {@link parseWalListing} reads: the control file's figures, the names in `pg_wal`, and each history file. */
const script = `
control=$(find "$0" -maxdepth 5 -path '*/global/pg_control' -print -quit)
[ -n "$control" ] || { echo "no PostgreSQL data directory in $0" >&2; exit 1; }
data=\${control%/global/pg_control}
echo "data $data"
LC_ALL=C pg_controldata "$data" | sed -n 's/^Bytes per WAL segment: */segment /p; s/^WAL block size: */block /p'
cd "$data/pg_wal"
for file in *; do echo "file $file"; done
for file in *.history; do
  [ -e "$file" ] || continue
  echo "history $file"
  sed 's/^/line /' "$file"
done`;

/** Lists the WAL below a path of a scratch container. */
export async function listWal(docker: Docker, containerId: string, path: string): Promise<WalListing> {
  const { exitStatus, stdout, stderr } = await execInContainer(docker, containerId, [
    "bash",
    "-c",
    script,
    path,
  ]);
  if (exitStatus !== 0) throw new Error(stderr.trim());
  return parseWalListing(stdout);
}

/** Reads the lines of the script above: a word that says what follows, and that. */
export function parseWalListing(text: string): WalListing {
  const lines = text.split("\n").map((line) => {
    const space = line.indexOf(" ");
    return { word: line.slice(0, space), rest: line.slice(space + 1) };
  });
  const only = (word: string) => lines.find((line) => line.word === word)?.rest ?? "";
  const segmentBytes = Number(only("segment"));
  const blockBytes = Number(only("block"));
  if (!(segmentBytes > 0 && blockBytes > 0)) throw new Error("pg_controldata gave no sizes of WAL");
  const files = lines.filter(({ word }) => word === "file").map(({ rest }) => rest);
  const segments = files
    .map((file) => parseWalSegment(file, segmentBytes))
    .filter((segment) => segment !== undefined);
  return { dataDirectory: only("data"), segmentBytes, blockBytes, segments, switches: switchesOf(lines) };
}

function switchesOf(lines: readonly { word: string; rest: string }[]): Map<number, TimelineSwitch> {
  const switches = new Map<number, TimelineSwitch>();
  const texts = new Map<number, string>();
  let timeline = 0;
  for (const { word, rest } of lines) {
    if (word === "history") timeline = Number.parseInt(rest.slice(0, 8), 16);
    else if (word === "line") texts.set(timeline, `${texts.get(timeline) ?? ""}${rest}\n`);
  }
  for (const [of, text] of texts) {
    const history = parseHistory(text);
    if (history !== undefined) switches.set(of, history);
  }
  return switches;
}
