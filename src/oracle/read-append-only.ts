import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import type { RedisNodeEvidence } from "./oracle-evidence.ts";

/** What the files of one Redis node hold. */
export interface AppendOnlyReading {
  readonly appendOnly: NonNullable<RedisNodeEvidence["appendOnly"]>;
  readonly detail: string;
}

/**
 * `$0` the node's files, `$1` where to copy them, `$2` key pattern of the run's writes.
 *
 * The commands in the append-only file tell what was ever applied, the server that loads them what is there, which may stand in
 * the file's base. The server gets copies, for loading may cut a torn end off. 20 ms between looks at whether it has loaded.
 */
const script = `
set -eu
mkdir -p "$1"
cp -a "$0/." "$1/"
manifest=$(find "$1" -maxdepth 3 -name '*.manifest' | head -n 1)
if [ -n "$manifest" ]; then
  files=$(dirname "$manifest")
  find "$files" -name '*.incr.aof' -exec grep -aohE '^-?[0-9]+:[0-9a-f]{32}.?$' {} + | sed 's/^/applied /' || :
  set -- "$1" "$2" --dir "$(dirname "$files")" --appendonly yes --appenddirname "$(basename "$files")" \\
    --appendfilename "$(basename "$manifest" .manifest)"
  echo "source append-only file"
else
  dump=$(find "$1" -maxdepth 3 -name '*.rdb' | head -n 1)
  if [ -z "$dump" ]; then echo "neither an append-only file nor a dump in $0" >&2; exit 1; fi
  set -- "$1" "$2" --dir "$(dirname "$dump")" --dbfilename "$(basename "$dump")"
  echo "source dump"
fi
work=$1; pattern=$2; shift 2
redis-server "$@" --port 0 --unixsocket "$work/oracle.sock" --save '' --auto-aof-rewrite-percentage 0 \\
  --daemonize yes --pidfile "$work/oracle.pid" --logfile "$work/oracle.log" >/dev/null
until [ "$(redis-cli -s "$work/oracle.sock" ping 2>/dev/null)" = PONG ]; do
  if [ -s "$work/oracle.pid" ] && ! kill -0 "$(cat "$work/oracle.pid")" 2>/dev/null; then
    tail -n 3 "$work/oracle.log" >&2
    exit 1
  fi
  sleep 0.02
done
redis-cli -s "$work/oracle.sock" --scan --pattern "$pattern" | sed 's/^/key /'
redis-cli -s "$work/oracle.sock" shutdown nosave >/dev/null 2>&1 || :`;

/** Reads the files below a path of a scratch container: which writes of the run they show to have been applied. */
export async function readAppendOnly(
  docker: Docker,
  containerId: string,
  path: string,
  keys: { readonly glob: string; readonly idOf: RegExp },
): Promise<AppendOnlyReading> {
  const { exitStatus, stdout, stderr } = await execInContainer(
    docker,
    containerId,
    ["sh", "-c", script, path, `/tmp/redis${path}`, keys.glob],
    { timeoutMs: 60_000 },
  );
  if (exitStatus !== 0) throw new Error(stderr.trim().replaceAll("\n", "; ") || `exit status ${exitStatus}`);
  return parseReading(stdout, keys.idOf);
}

/** Reads the lines of the script above: a word that says what follows, and that. */
export function parseReading(text: string, idOf: RegExp): AppendOnlyReading {
  const presentIds = new Set<number>();
  let keys = 0;
  let detail = "";
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    const rest = line.slice(space + 1);
    switch (line.slice(0, space)) {
      case "source":
        detail = `read from its ${rest}`;
        break;
      case "applied":
        presentIds.add(Number.parseInt(rest, 10));
        break;
      case "key": {
        const id = idOf.exec(rest)?.[1];
        if (id === undefined) break;
        keys += 1;
        presentIds.add(Number(id));
        break;
      }
    }
  }
  return { appendOnly: { presentIds, keys }, detail };
}
