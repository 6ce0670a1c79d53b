import type { Instant } from "../timeline/clock.ts";

/** A Markdown section whose fenced shell blocks are the procedure, in order. */
export interface Runbook {
  /** Path as the user gave it. */
  readonly file: string;
  /** Sha-256 of the whole file, hexadecimal. */
  readonly sha256: string;
  readonly slug: string;
  readonly heading: string;
  /** 1-based line of the heading. */
  readonly line: number;
  readonly steps: readonly RunbookStep[];
}

/** One numbered group of commands, or a piece of prose that a person has to do. */
export interface RunbookStep {
  /** Unique in the runbook: its number as written where it has one, else its position. */
  readonly id: string;
  /** What it is for, as written: `Promote replica to primary`. */
  readonly title: string;
  /** Heading of the section it stands under. */
  readonly heading: string;
  /** 1-based line of its first command; of its text for a manual step. */
  readonly line: number;
  readonly kind: "command" | "manual";
  /** Why it is manual although it seems to hold commands, one clause: `line 9 may be a command, a comment or output: …`. */
  readonly manualBecause?: string;
  /** The text as it stands in the document. */
  readonly text: string;
  readonly commands: readonly RunbookCommand[];
  readonly attributes: StepAttributes;
  /** What must hold after the step, from its attribute or else from the verb of its title; undefined where neither says. */
  readonly effect?: ExpectedEffect;
  /** The verb of its title means to change something, so that it can't be a mere check. */
  readonly meansToChange: boolean;
}

/** One complete shell statement, as a person would paste it. */
export interface RunbookCommand {
  readonly text: string;
  /** 1-based line in the document. */
  readonly line: number;
  /** The shell's grammar does not accept it: it is run all the same, and the shell says so. */
  readonly malformed?: true;
}

/** Attributes on a fence or in an HTML comment before it; all optional. */
export interface StepAttributes {
  readonly name?: string;
  readonly cwd?: string;
  /** Default 120,000. */
  readonly timeoutMs?: number;
  readonly expect?: { readonly exitStatus: number } | { readonly output: RegExp };
  readonly verify?: boolean;
  /** `continue` (default): go on as a person pasting it would. `stop`: nothing after this step runs if it fails. */
  readonly onFailure?: "continue" | "stop";
  readonly excludeFromRunAll?: boolean;
}

/** A post-condition, judged by state and never by patterns of text. The list of what can be written stands in `effect.ts`. */
export type EffectName =
  | "node:promoted"
  | "node:stopped"
  | "node:started"
  | "node:replicating"
  | "container:recreated"
  | "container:restarted"
  | "container:stopped"
  | "container:started"
  | "file:changed"
  | "data:restored"
  | "none";

export interface ExpectedEffect {
  readonly name: EffectName;
  /** `attribute` or the verb in the title that says so. */
  readonly from: string;
}

export type StepOutcome = "succeeded" | "failed" | "timed-out" | "no-effect" | "manual" | "not-run";

/** What one command did. */
export interface CommandResult {
  readonly text: string;
  readonly line: number;
  /** Null when it was ended before it had one. */
  readonly exitStatus: number | null;
  readonly output: string;
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  /** An error that it printed although it exited 0, as found in its output. */
  readonly printedError?: string;
  /** Why the harness ended it. */
  readonly ended?: "timeout" | "waited-for-input";
}

/** What one step did. */
export interface StepResult {
  readonly step: RunbookStep;
  readonly outcome: StepOutcome;
  /** The expected effect held before the step ran. */
  readonly already: boolean;
  /** The first exit status that was not 0; null when none was reached. */
  readonly exitStatus: number | null;
  readonly startedAt: Instant;
  readonly finishedAt: Instant;
  /** What it printed, redacted. */
  readonly output: string;
  readonly commands: readonly CommandResult[];
  /** What the system looked like differently afterwards, in words: `.env changed`, `postgres-replica: replica -> primary`. */
  readonly changes: readonly StateChange[];
  /** Why the outcome is what it is, in one sentence, for anything but `succeeded`. */
  readonly reason?: string;
  /** Services whose containers its commands were executed in, as the fence saw them. */
  readonly executedIn: readonly string[];
}

export interface StateChange {
  readonly kind: "file" | "role" | "container" | "data";
  /** File, node or service. */
  readonly subject: string;
  readonly before: string;
  readonly after: string;
}
