import { setTimeout as pause } from "node:timers/promises";
import { proof } from "../src/authoring/proof.ts";
import { execInContainer } from "../src/engine/exec.ts";
import type { StartedTopology } from "../src/topology/started-topology.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { sqlOn } from "./planting.ts";

const options = {
  kind: "restore",
  system: abtpro({ backups: true }),
  backup: { runbook: "runbooks/backup.md#base-backup" },
  runbook: "runbooks/backup.md#point-in-time-recovery",
} as const;

const recoveryTarget = "/backups/recovery-target";

function secondsAfter(target: string, seconds: number): string {
  const shifted = new Date(Date.parse(`${target.replace(" ", "T")}:00`) + seconds * 1_000);
  return `${shifted.toISOString().slice(0, 19).replace("T", " ")}+00`;
}

export const besideTheInstant = proof(
  "A recovery that stops one second early is found, write by write, and so is one that stops one second late",
  {
    ...options,
    expect: {
      verdict: "missed",
      codes: ["recovery-target-missed"],
      without: ["nothing-restored", "restore-torn", "restore-damaged", "step-failed"],
      messages: [/found \d+ writes missing/, /found \d+ writes that committed later/],
    },
  },
  async ({ workload, operator, observe }) => {
    await workload.establishBaseline();
    await operator.backUp();
    const target = await observe.serverSecond();
    // Something commits within the second that is too much.
    await observe.serverSecond();
    await observe.serverSecond();
    for (const seconds of [-1, 1]) {
      await operator.tell(recoveryTarget, secondsAfter(target, seconds));
      await operator.follow();
      await observe.restored({ postgres: "postgres-test" }, { target });
    }
    return {};
  },
);

export const missingSegment = proof(
  "A WAL segment that is gone from the archive stops the recovery, and nothing counts as restored",
  {
    ...options,
    expect: {
      verdict: "missed",
      codes: ["step-failed", "nothing-restored"],
      messages: [/replay-wal|Replay the WAL/],
    },
  },
  async (context) => {
    const { workload, operator, observe, topology } = context;
    await workload.establishBaseline();
    await operator.backUp();
    const segment = await closeSegment(topology);
    const target = await observe.serverSecond();
    await removeFromArchive(topology, segment);
    await operator.tell(recoveryTarget, target);
    await operator.follow();
    await observe.restored({ postgres: "postgres-test" }, { target });
    return {};
  },
);

/** Has the primary finish its current segment and waits until that is archived; returns its name. */
async function closeSegment(topology: StartedTopology): Promise<string> {
  const [closed] = await sqlOn<{ segment: string }>(
    topology,
    "postgres",
    "select pg_walfile_name(pg_switch_wal()) as segment",
  );
  if (closed === undefined) throw new TypeError("the primary closed no segment");
  const deadline = performance.now() + 20_000;
  for (;;) {
    const [archiver] = await sqlOn<{ done: boolean | null }>(
      topology,
      "postgres",
      "select last_archived_wal >= $1 as done from pg_stat_archiver",
      [closed.segment],
    );
    if (archiver?.done === true) return closed.segment;
    await pause(200);
    if (performance.now() > deadline) throw new Error(`${closed.segment} was not archived`);
  }
}

async function removeFromArchive(topology: StartedTopology, segment: string): Promise<void> {
  const { archive } = topology.system.backups ?? {};
  const store = topology.services.get(archive?.service ?? "");
  if (archive === undefined || store === undefined) throw new TypeError("the system has no archive");
  const { stdout } = await execInContainer(topology.docker, store.containerId, [
    ...["find", archive.directory, "-name", `${segment}-*`, "-print", "-delete"],
  ]);
  if (stdout.trim().split("\n").length !== 1 || stdout.trim() === "") {
    throw new TypeError(`planted nothing: expected ${segment} once in the archive, found ${stdout}`);
  }
}
