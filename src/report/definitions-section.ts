import type { Evidence } from "../evidence/evidence.ts";
import { blocks, folded } from "./markdown.ts";

type Definition = readonly [term: string, meaning: string];

/** How each figure of an outage is defined, in short; the code that computes it says the same at length. */
const ofOutage: readonly Definition[] = [
  [
    "RTO",
    "from just before the fault was injected to the later of two instants: the start of the last unbroken run of successful requests through the application, and the end of the runbook's last verification. The figure is the upper bound of its interval.",
  ],
  [
    "Bounds",
    "a request fails or succeeds somewhere between its sending and its answer; so service came back not before the last failed request was sent, and not after the first successful one was answered.",
  ],
  [
    "Verdict on the RTO",
    "met when the upper bound is under the target, missed when the lower bound is not, undecided in between.",
  ],
  ["RPO in writes", "writes that a client was told had succeeded, and that the failover lost."],
  [
    "RPO in seconds",
    "from the acknowledgement of the last write that survived before the first lost one to the fault, or to the last lost acknowledgement if that is later; 0 when nothing was lost.",
  ],
  [
    "Divergent write",
    "acknowledged on the branch that was given up, after the new primary had begun to take writes.",
  ],
];

/** The same of a restore. */
const ofRestore: readonly Definition[] = [
  [
    "RTO",
    "from the beginning of the restore's procedure to the end of its last step, verification included. A restore of which a step did not succeed has none.",
  ],
  [
    "RPO",
    "what the schedules of the followed document can lose in the disaster that the scenario stands for, whatever this one backup lost: each line that says it is cited. The mechanism that it rests on need not be the one that this run exercised.",
  ],
  [
    "Restored copy",
    "complete if it holds every write that was acknowledged before the backup began and the data from before the run; it has to be one snapshot: no write may be missing that was acknowledged before a write was sent that is there, and none may be there that was sent after the backup was over.",
  ],
  [
    "Snapshot",
    "taken not before the last restored write was sent, and not after the first missing one was answered.",
  ],
  [
    "Encrypted",
    "by the first bytes of a file, never by its name: what is not known to be encrypted counts as open.",
  ],
];

/** Of a procedure that looks for damage. */
const ofChecks: readonly Definition[] = [
  [
    "Noticed",
    "a step of the runbook failed, printed an error, did not end or had no effect over damage that was read back before the first step and after the last, and the same step succeeded on intact data. A number that was printed for somebody to judge is no notice: nobody is told.",
  ],
  [
    "Undone",
    "what the damage had changed is again what it was, as read from the server; and at the end data and structure are compared with what they were before the run.",
  ],
];

const ofEveryKind: readonly Definition[] = [
  [
    "Integrity",
    "lost data from before the run, changed payloads, duplicates, writes nobody acknowledged, gaps in the order, and differences in what was digested before and after.",
  ],
  [
    "Exposure",
    "the worst case that schedules and observed lag allow, whatever this one run happened to lose.",
  ],
  [
    "Effect",
    "what a step's title or attribute says must hold afterwards, read from files, roles and containers; exit status 0 alone is no success.",
  ],
  ["Clock", "one monotonic clock of this machine for every instant; wall time is for display only."],
];

export function definitionsSection({ checks, kind }: Evidence): string {
  const definitions = [
    ...(kind === "restore" ? ofRestore : kind === "outage" ? ofOutage : []),
    ...(checks.length === 0 ? [] : ofChecks),
    ...ofEveryKind,
  ];
  return blocks(
    "## How the figures are defined",
    folded("Definitions", definitions.map(([term, meaning]) => `- **${term}**: ${meaning}`).join("\n")),
  );
}
