/** What one container's /proc says, as the script below prints it. */
export interface ProcessTable {
  readonly processes: ReadonlyMap<number, ProcessEntry>;
  readonly reads: readonly BlockedRead[];
}

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly hasTerminal: boolean;
  /** Foreground process group of its terminal. */
  readonly foregroundGroup: number;
  readonly uid: number;
  /** The kernel showed what it is doing; false for another user's process, which that user has to ask for. */
  readonly isVisible: boolean;
  /** Where the standard input of a process leads that was executed from outside the container. */
  readonly enteredWith?: string;
  readonly argv: readonly string[];
}

/** A thread that is inside a call that waits for input. */
export interface BlockedRead {
  readonly pid: number;
  readonly thread: number;
  /** Times that it has waited so far: while it stays the same, the thread has not run. */
  readonly waits: number;
  /** What it waits on: `/dev/pts/0`, `pipe:[4711]`. */
  readonly on: string;
}

/**
 * Prints, in POSIX sh with few programs, the processes of a container and the threads that wait for input: inside read, readv,
 * select or poll, by their system call number on this machine. select names its highest descriptor plus one; poll's array is read
 * from the process's memory.
 */
export const processTableScript = String.raw`
case $(uname -m) in
  x86_64) reads=' 0 19 ' selects=' 23 270 ' polls=' 7 271 ' ;;
  aarch64|arm64) reads=' 63 65 ' selects=' 72 ' polls=' 73 ' ;;
  *) exit 3 ;;
esac
for p in /proc/[0-9]*; do
  pid=${"$"}{p#/proc/}
  [ "$pid" = "$$" ] && continue
  { read -r stat < "$p/stat"; } 2>/dev/null || continue
  set -f; set -- ${"$"}{stat##*) }; set +f
  parent=$2 group=$3 session=$4 tty=$5 foreground=$6
  uid=
  while read -r key value rest; do
    if [ "$key" = Uid: ]; then uid=$value; break; fi
  done < "$p/status" 2>/dev/null
  visible=1
  for t in "$p"/task/*; do
    { read -r call a b c rest < "$t/syscall"; } 2>/dev/null || { visible=0; break; }
    fds=
    case $reads in *" $call "*) fds=$((a)) ;; esac
    case $selects in *" $call "*) [ "$b" != 0x0 ] && fds=$((a - 1)) ;; esac
    case $polls in
      *" $call "*)
        [ $((b)) -ge 1 ] && [ $((b)) -le 8 ] &&
          fds=$(dd if="$p/mem" bs=8 count=$((b)) skip=$((a)) iflag=skip_bytes 2>/dev/null | od -An -v -w8 -td4 |
            while read -r fd rest; do echo "$fd"; done) ;;
    esac
    for fd in $fds; do
      on=$(readlink "$p/fd/$fd") || continue
      waits=
      while read -r key value; do
        if [ "$key" = voluntary_ctxt_switches: ]; then waits=$value; fi
      done < "$t/status" 2>/dev/null
      echo "read $pid ${"$"}{t##*/} $waits $on"
    done
  done
  entered=-
  if [ "$parent" = 0 ] && [ "$pid" != 1 ]; then entered=$(readlink "$p/fd/0") || entered=-; fi
  argv=$(tr '\000\n' '\037 ' < "$p/cmdline" 2>/dev/null)
  echo "process $pid $parent $group $session $tty $foreground $uid $visible $entered $argv"
done
`;

/** Kills every process of the session `$1`. */
export const killSessionScript = String.raw`
members=
for p in /proc/[0-9]*/stat; do
  { read -r stat < "$p"; } 2>/dev/null || continue
  set -f; set -- "$1" ${"$"}{stat##*) }; set +f
  [ "$5" = "$1" ] && members="$members ${"$"}{stat%% *}"
done
[ -z "$members" ] || kill -s KILL $members
`;

export function readProcessTable(printed: string): ProcessTable {
  const processes = new Map<number, ProcessEntry>();
  const reads: BlockedRead[] = [];
  for (const line of printed.split("\n")) {
    const read = /^read (\d+) (\d+) (\d*) (.+)$/.exec(line);
    if (read !== null) {
      const [, pid, thread, waits, on = ""] = read;
      reads.push({ pid: Number(pid), thread: Number(thread), waits: Number(waits), on });
      continue;
    }
    const entry = /^process (\d+) (\d+) (\d+) (\d+) (-?\d+) (-?\d+) (\d*) ([01]) (\S+) (.*)$/s.exec(line);
    if (entry === null) continue;
    const [, pid, parent, group, session, tty, foreground, uid, visible, entered = "-", argv = ""] = entry;
    processes.set(Number(pid), {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: Number(session),
      hasTerminal: Number(tty) !== 0,
      foregroundGroup: Number(foreground),
      uid: Number(uid),
      isVisible: visible === "1",
      ...(entered === "-" ? {} : { enteredWith: entered }),
      argv: argv.split("\u001f").filter((word) => word !== ""),
    });
  }
  return { processes, reads };
}
