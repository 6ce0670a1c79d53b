import { setTimeout as pause } from "node:timers/promises";
import { archiverState, archiveSettings, finishSegment } from "../probe/archiver.ts";
import type {
  ArchivingObservation,
  FinishedSegment,
  OverwriteAttempt,
} from "../timeline/archiving-observation.ts";
import type { StartedNode, StartedTopology } from "../topology/started-topology.ts";
import { saidBy, scratch, WalArchive, walCommand } from "./wal-archive.ts";

/** One could arrive by luck, and one more is needed as another content for the first. */
const segmentCount = 3;
/** So that every segment holds some of the load. */
const loadMs = 700;
const askAgainMs = 500;

interface WrittenSegment {
  readonly segment: string;
  readonly sha256: string;
  readonly finishedAt: number;
}

/**
 * Has a server finish WAL segments while clients write, and looks what its archive gives out for each: to that server, and to the
 * others, which are all that is left when it is lost. What the server believes of its archive is put beside it. At last the server's
 * own command archives another content under the name of a segment that has arrived.
 */
export async function observeArchived(
  topology: StartedTopology,
  node: StartedNode,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
): Promise<ArchivingObservation> {
  const archive = new WalArchive(topology);
  const settings = await archiveSettings(topology, node);
  const before = await archiverState(topology, node);
  const written: WrittenSegment[] = [];
  while (written.length < segmentCount) {
    await pause(loadMs, undefined, { signal });
    const segment = await finishSegment(topology, node);
    const finishedAt = performance.now();
    const sum = await archive.run(node, `sha256sum < pg_wal/${segment}`);
    if (sum.exitStatus !== 0) throw new Error(`${segment} can't be read: ${saidBy(sum)}`);
    written.push({ segment, sha256: sum.stdout.slice(0, 64), finishedAt });
  }
  const others = [...topology.nodes.values()].filter(
    ({ definition: { engine, service } }) => engine === "postgres" && service !== node.definition.service,
  );
  const deadline = performance.now() + withinMs;
  const segments: FinishedSegment[] = [];
  for (const each of written) {
    const own = await awaitArchived(archive, node, each, { deadline, signal });
    const elsewhere = await Promise.all(
      others.map((other) => archive.fetch(other, each.segment, each.sha256)),
    );
    segments.push({ ...own, copies: [...own.copies, ...elsewhere] });
  }
  const overwrite = await tryOverwriting(archive, node, { command: settings.command, written, segments });
  await Promise.all([node, ...others].map((each) => archive.run(each, `rm -rf ${scratch}`)));
  return {
    node: node.definition.service,
    settings,
    before,
    after: await archiverState(topology, node),
    segments,
    ...(overwrite === undefined ? {} : { overwrite }),
  };
}

async function awaitArchived(
  archive: WalArchive,
  node: StartedNode,
  { segment, sha256, finishedAt }: WrittenSegment,
  { deadline, signal }: { readonly deadline: number; readonly signal: AbortSignal },
): Promise<FinishedSegment> {
  for (;;) {
    const copy = await archive.fetch(node, segment, sha256);
    const now = performance.now();
    if (copy.content === "same" || now >= deadline) {
      return { segment, waitedSeconds: Number(((now - finishedAt) / 1_000).toFixed(3)), copies: [copy] };
    }
    await pause(askAgainMs, undefined, { signal });
  }
}

/** Whatever it did to the archive is undone: the server archives the segment as it is once more. */
async function tryOverwriting(
  archive: WalArchive,
  node: StartedNode,
  seen: {
    readonly command: string;
    readonly written: readonly WrittenSegment[];
    readonly segments: readonly FinishedSegment[];
  },
): Promise<OverwriteAttempt | undefined> {
  const { command, written } = seen;
  const arrived = seen.segments.find(({ copies }) => copies[0]?.content === "same")?.segment;
  const archived = written.find(({ segment }) => segment === arrived);
  const other = written.find(({ segment }) => segment !== arrived);
  if (archived === undefined || other === undefined) return undefined;
  const { segment, sha256 } = archived;
  const twin = `${scratch}/${segment}`;
  const copied = await archive.run(
    node,
    `rm -rf ${scratch} && mkdir ${scratch} && cp pg_wal/${other.segment} ${twin}`,
  );
  if (copied.exitStatus !== 0) throw new Error(`no other content to archive: ${saidBy(copied)}`);
  const attempt = await archive.run(node, walCommand(command, { f: segment, p: twin }));
  const { content } = await archive.fetch(node, segment, sha256);
  if (content !== "same") {
    await archive.run(node, walCommand(command, { f: segment, p: `pg_wal/${segment}` }));
    const again = await archive.fetch(node, segment, sha256);
    if (again.content !== "same") throw new Error(`${segment} could not be archived again as it was`);
  }
  return {
    segment,
    exitStatus: attempt.exitStatus,
    unchanged: content === "same",
    detail: attempt.exitStatus === 0 ? "" : saidBy(attempt),
  };
}
