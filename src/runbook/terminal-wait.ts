import type { BlockedRead, ProcessEntry, ProcessTable } from "./process-table.ts";

/** A thread that waits for somebody to type. */
export interface TerminalWait {
  /** The same key at two moments means that the thread has waited without a break between them. */
  readonly key: string;
  readonly pid: number;
  readonly program: string;
}

export interface OperatorWaits {
  /** Programs of the operator's own that wait for input. */
  readonly own: readonly TerminalWait[];
  /**
   * Clients that read the terminal only to pass it on (`docker-compose exec`): whether anybody waits for what is typed is seen in
   * the container that they lead to. Their words, of which one names that container.
   */
  readonly forwarders: readonly { readonly pid: number; readonly words: readonly string[] }[];
}

/** Looks at the foreground processes of the terminal that `shell` controls, the shell itself included (`read x`). */
export function operatorWaits(table: ProcessTable, shell: number): OperatorWaits {
  const session = table.processes.get(shell);
  const own: TerminalWait[] = [];
  const forwarders = new Map<number, readonly string[]>();
  for (const read of table.reads) {
    const process = table.processes.get(read.pid);
    if (process === undefined || session === undefined || process.session !== session.session) continue;
    if (!waitsOnTerminal(read, process)) continue;
    const words = forwardedWords(process.argv);
    if (words === undefined) own.push(waitOf(read, process));
    else forwarders.set(process.pid, words);
  }
  return { own, forwarders: [...forwarders].map(([pid, words]) => ({ pid, words })) };
}

/**
 * Threads of a container that wait for what a client outside passes on: in the foreground of a terminal (`exec`), or on the very
 * pipe with which a process was executed in it (`exec -T`). The container's own first process is neither.
 */
export function containerWaits(table: ProcessTable): TerminalWait[] {
  const entrances = new Set([...table.processes.values()].flatMap(({ enteredWith }) => enteredWith ?? []));
  return table.reads.flatMap((read) => {
    const process = table.processes.get(read.pid);
    if (process === undefined || process.pid === 1) return [];
    const isEntrance = read.on.startsWith("pipe:") && entrances.has(read.on);
    return isEntrance || waitsOnTerminal(read, process) ? [waitOf(read, process)] : [];
  });
}

/** Users whose processes could not be looked at, and that were executed from outside or hold a terminal. */
export function hiddenUsers(table: ProcessTable): number[] {
  const hidden = [...table.processes.values()].filter(
    ({ isVisible, hasTerminal, parent, pid }) => !isVisible && (hasTerminal || (parent === 0 && pid !== 1)),
  );
  return [...new Set(hidden.map(({ uid }) => uid))];
}

function waitsOnTerminal(read: BlockedRead, process: ProcessEntry): boolean {
  const isTerminal = /^\/dev\/(?:pts\/\d+|tty|console)/.test(read.on);
  return isTerminal && process.hasTerminal && process.group === process.foregroundGroup;
}

function waitOf(read: BlockedRead, process: ProcessEntry): TerminalWait {
  const program = process.argv[0]?.split("/").at(-1)?.replace(/^-/, "") ?? "a program";
  return { key: `${read.pid}:${read.thread}:${read.waits}`, pid: read.pid, program };
}

const clients = new Set(["docker", "docker-compose", "podman", "podman-compose", "nerdctl", "kubectl"]);
const passingOn = new Set(["exec", "run", "attach"]);

/** The words after `exec`, `run` or `attach` of a container client; undefined for any other program. */
function forwardedWords(argv: readonly string[]): readonly string[] | undefined {
  if (!clients.has(argv[0]?.split("/").at(-1) ?? "")) return undefined;
  const verb = argv.findIndex((word) => passingOn.has(word));
  return verb === -1 ? undefined : argv.slice(verb + 1);
}
