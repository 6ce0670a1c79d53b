import type { EarlierBackup, EarlierBaseBackup } from "../backup/earlier-backup.ts";
import type { Fault, InjectedFault } from "../fault/fault.ts";
import type { ScenarioKind, WorstCaseChoice } from "../timeline/event.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import type { SystemDefinition } from "../topology/system-definition.ts";
import type { StoreKind, StreamDefinition } from "../workload/ledger-entry.ts";

/** What a scenario author writes beside the story. */
export interface ScenarioOptions {
  /** One sentence that a verdict can confirm or refute. */
  readonly title: string;
  /** Default `outage`; see {@link ScenarioKind}. */
  readonly kind?: ScenarioKind;
  readonly system: SystemDefinition;
  /**
   * The system, with the settings that the followed section puts into a configuration file (its fences tagged `conf`), so that a
   * document's own lines are drilled: the section then needs no command. Default: `system`, whatever is followed.
   */
  readonly configured?: (system: SystemDefinition, settings: string) => SystemDefinition;
  /** `FILE#slug` of the corrected procedure. */
  readonly runbook: RunbookReference;
  /** Sections that are followed before it, one after the other, and belong to it. Default none. */
  readonly precededBy?: readonly RunbookReference[];
  /** `FILE#slug` of the same procedure as the document gives it, for `--as-documented`. */
  readonly asDocumented?: RunbookReference;
  /** The procedure that makes of the system what the story needs; followed by {@link ScenarioContext.operator}'s `prepare`. */
  readonly preparation?: ProcedureTexts;
  /** The procedure that makes the backup which the runbook restores; followed by {@link ScenarioContext.operator}'s `backUp`. */
  readonly backup?: ProcedureTexts;
  /**
   * Names of delays in the system's document that come before the first step in a real disaster and that a run does not wait
   * out, such as an alert's `for: 5m`. They are added to the RTO in a row of their own. Default none.
   */
  readonly documentedDelays?: readonly string[];
  /**
   * The disaster after which the runbook would be followed. What the followed document's schedules can lose in it, whatever one run
   * lost, is held against the RPO. Default: the document is not read for that.
   */
  readonly worstCase?: WorstCaseChoice;
  /** Requests that clients send all the time; default {@link defaultStreams} of the system. */
  readonly streams?: readonly StreamDefinition[];
  /** Ends the run with a restart of the node that took over; default true for an outage. */
  readonly aftershock?: boolean;
  /** The procedure has to leave each replica streaming, as before the fault. Default false: a failover leaves one server. */
  readonly redundancy?: boolean;
  readonly tags?: readonly string[];
}

/** A procedure that is followed beside the runbook: the corrected one and, unless it has no such procedure, the document's. */
export interface ProcedureTexts {
  readonly runbook: RunbookReference;
  readonly asDocumented?: RunbookReference;
}

/** `FILE#slug`, relative to the project; or the same with an edit, for runbooks that are broken or repaired on purpose. */
export type RunbookReference =
  string | { readonly reference: string; readonly edit: (markdown: string) => string };

/** One disaster story: what happens, in the order in which it happens. It contains no recovery command. */
export type Story = (context: ScenarioContext) => Promise<StoryEnd>;

export interface StoryEnd {
  /** The fault whose injection is t₀; required for an outage. */
  readonly faultTime?: InjectedFault;
}

export interface ScenarioDefinition extends ScenarioOptions {
  readonly name: string;
  readonly kind: ScenarioKind;
  readonly story: Story;
}

/** What a story can do. */
export interface ScenarioContext {
  readonly workload: {
    /**
     * Starts the writers and proves that the system worked before the fault: sustained writes, replication streaming and caught
     * up, data counted and digested, versions as expected. Throws {@link BaselineNotEstablished}: the run is then inconclusive.
     */
    establishBaseline(): Promise<void>;
  };
  readonly faults: {
    /**
     * Injects, observes, and puts both on the timeline. The run lifts every fault that the story has not lifted itself, last
     * one first, after it has collected what the disaster left: a lifted kill would revive the old primary under the oracle.
     */
    inject(fault: Fault): Promise<InjectedFault>;
  };
  readonly operator: {
    /** Follows the runbook, command by command, as a person pasting it would. Never throws because a step failed. */
    follow(): Promise<void>;
    /**
     * Does the damage, follows the runbook once more, and undoes the damage: which step notices it? What steps do then is no
     * failure of the procedure. The runbook has to have been followed on intact data before.
     */
    check(damage: Fault): Promise<void>;
    /**
     * Tells the person who follows the runbook what only they can know, such as the instant before the damage, in a file of the
     * operations host that the runbook names.
     */
    tell(path: string, text: string): Promise<void>;
    /**
     * Follows the preparation's procedure in the same way; what it is worth shows in what comes after it. A document that has no
     * such procedure is followed without.
     */
    prepare(): Promise<void>;
    /** The commands that {@link follow} follows, so that a story can lay what the job which they describe would have left. */
    readonly commands: string;
    /**
     * Puts backups of earlier days where the system keeps backups, with names, contents and times of their own age, as earlier runs
     * of the job would have left them.
     */
    inherit(backups: readonly EarlierBackup[]): Promise<void>;
    /**
     * Lets a server whose clock can be set live through earlier days, and has the system's own job make a base backup on each of
     * them. Clients notice when a clock leaps: before the baseline.
     */
    inheritBaseBackups(backups: readonly EarlierBaseBackup[]): Promise<void>;
    /** Follows the backup's procedure in the same way, and looks at what it left where backups are kept. */
    backUp(): Promise<void>;
  };
  readonly observe: {
    /**
     * Waits until service is back and has lasted for the observation, or until `withinMs` (default 60,000 plus the longest client
     * deadline) passed since the last step. Never throws: not recovered is a verdict.
     */
    recovery(options?: { readonly withinMs?: number }): Promise<void>;
    /**
     * Writes on each primary and waits until that has arrived on the replicas that are to follow it, `withinMs` (default 20,000) at
     * most. Never throws: what does not arrive is a verdict.
     */
    replication(options?: { readonly withinMs?: number }): Promise<void>;
    /**
     * Looks whether the Compose services into which the runbook was to restore each store answer; what they hold is held against
     * the ledger and the state before the backup. Never throws: nothing restored is a verdict.
     *
     * With a `target` the copy has to be what the database was at that instant of its own clock (see `serverSecond`).
     */
    restored(services: RestoredServices, options?: { readonly target?: string }): Promise<void>;
    /**
     * Has the serving database finish WAL under load, and looks whether it comes back from the archive, for that server and for
     * others, and whether the archive takes another content under the same name. Waits `withinMs` (default 30,000) at most. Never
     * throws because something is not there: that is a verdict.
     */
    archiving(options?: { readonly withinMs?: number }): Promise<void>;
    /** Looks what there is of inherited backups, old versions in the object store included. */
    kept(): Promise<void>;
    /** Looks whether this Compose service runs the application from a restored configuration. Never throws: not started is a verdict. */
    restoredApplication(service: string): Promise<void>;
    /**
     * Waits until the clock of the serving database passes a full second, and returns that second as PostgreSQL writes it:
     * `2026-11-09 01:59:59+00`.
     */
    serverSecond(): Promise<string>;
  };
  /** For proofs, which plant defects past every interface. */
  readonly topology: StartedTopology;
  /** The run's id, as it stands in every row that its workload wrote. */
  readonly runId: string;
  /** Aborted when the run is interrupted. */
  readonly signal: AbortSignal;
}

/** By store: the Compose service that holds a restored copy of it. */
export type RestoredServices = Readonly<Partial<Record<StoreKind, string>>>;

type ScenarioListener = (definition: ScenarioDefinition) => void;

const listeners: ScenarioListener[] = [];

/** Calls `listener` for each scenario that is defined from now on: how a test runner makes tests of scenario files. */
export function onScenarioDefined(listener: ScenarioListener): void {
  listeners.push(listener);
}

/** Defines a scenario. `name` is what the command line calls it. */
export function scenario(name: string, options: ScenarioOptions, story: Story): ScenarioDefinition {
  const definition: ScenarioDefinition = { ...options, kind: options.kind ?? "outage", name, story };
  for (const listener of listeners) listener(definition);
  return definition;
}

/** Whether a run that recovered ends with a restart of the node that took over. */
export function endsWithAftershock({ aftershock, kind }: ScenarioDefinition): boolean {
  return aftershock ?? kind === "outage";
}
