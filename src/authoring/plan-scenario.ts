import type { Fault, InjectedFault } from "../fault/fault.ts";
import type { Runbook } from "../runbook/model.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { commandsOf, type ChosenRunbook } from "./runbook-choice.ts";
import type { ScenarioDefinition } from "./scenario.ts";

/** What a scenario would do, in order. */
export interface ScenarioPlan {
  readonly scenario: string;
  readonly title: string;
  readonly kind: string;
  readonly system: string;
  readonly nodes: readonly {
    readonly service: string;
    readonly role: string;
    readonly region: string;
    readonly image: string;
  }[];
  /** Servers beside the data nodes. */
  readonly services: readonly { readonly service: string; readonly image: string }[];
  readonly applicationServices: readonly string[];
  readonly story: readonly PlannedAct[];
  readonly runbook: Runbook;
  /** Lines of a configuration file that the system gets from the followed section; empty where it has its own. */
  readonly settings: readonly string[];
  /** The procedure that prepares the system, for a scenario that needs one. */
  readonly preparation?: Runbook;
  /** The procedure of the backup, for a scenario that makes one. */
  readonly backup?: Runbook;
}

export type PlannedAct =
  | { readonly act: "baseline" }
  | {
      readonly act: "fault";
      readonly name: string;
      readonly targets: readonly string[];
      readonly blastRadius: string;
      readonly transient: boolean;
    }
  | { readonly act: "follow" }
  | { readonly act: "tell"; readonly path: string }
  | { readonly act: "prepare" }
  | { readonly act: "back-up" }
  | { readonly act: "inherit"; readonly backups: readonly string[] }
  | { readonly act: "inherit-base-backups"; readonly backups: readonly string[] }
  | { readonly act: "inspect-kept" }
  | { readonly act: "inspect-archiving" }
  | {
      readonly act: "check";
      readonly name: string;
      readonly targets: readonly string[];
      readonly blastRadius: string;
    }
  | { readonly act: "observe" }
  | { readonly act: "observe-replication" }
  | { readonly act: "inspect-restored"; readonly services: readonly string[] }
  | { readonly act: "inspect-application"; readonly service: string };

/** Tells the story to a context that only writes down what it is asked to do: nothing is started and no engine is needed. */
export async function planScenario(
  definition: ScenarioDefinition,
  { runbook, preparation, backup, settings }: Omit<ChosenRunbook, "markdown" | "promises">,
): Promise<ScenarioPlan> {
  const acts: PlannedAct[] = [];
  const note = (act: PlannedAct): Promise<void> => {
    acts.push(act);
    return Promise.resolve();
  };
  await definition.story({
    workload: { establishBaseline: () => note({ act: "baseline" }) },
    faults: {
      inject: (fault) => {
        const { name, targets, blastRadius, transient } = fault;
        return note({ act: "fault", name, targets, blastRadius, transient }).then(() => plannedFault(fault));
      },
    },
    operator: {
      follow: () => note({ act: "follow" }),
      tell: (path) => note({ act: "tell", path }),
      commands: commandsOf(runbook),
      inherit: (backups) => note({ act: "inherit", backups: backups.map(({ name }) => name) }),
      inheritBaseBackups: (backups) =>
        note({ act: "inherit-base-backups", backups: backups.map(({ name }) => name) }),
      backUp: () => note({ act: "back-up" }),
      prepare: () => (preparation === undefined ? Promise.resolve() : note({ act: "prepare" })),
      check: ({ name, targets, blastRadius }) => note({ act: "check", name, targets, blastRadius }),
    },
    observe: {
      recovery: () => note({ act: "observe" }),
      replication: () => note({ act: "observe-replication" }),
      restored: (services) => note({ act: "inspect-restored", services: Object.values(services) }),
      kept: () => note({ act: "inspect-kept" }),
      archiving: () => note({ act: "inspect-archiving" }),
      restoredApplication: (service) => note({ act: "inspect-application", service }),
      serverSecond: () => Promise.resolve("a full second of the database server's clock"),
    },
    get topology(): StartedTopology {
      throw new TypeError("a plan has no topology");
    },
    runId: "planned",
    signal: AbortSignal.abort(),
  });
  return {
    scenario: definition.name,
    title: definition.title,
    kind: definition.kind,
    system: definition.system.name,
    nodes: definition.system.nodes.map(({ service, role, region, image }) => ({
      service,
      role,
      region,
      image,
    })),
    services: (definition.system.services ?? []).map(({ service, image }) => ({ service, image })),
    applicationServices: definition.system.application.services,
    story: acts,
    runbook,
    settings: definition.configured === undefined ? [] : settings.split("\n").slice(0, -1),
    ...(backup === undefined ? {} : { backup }),
    ...(preparation === undefined ? {} : { preparation }),
  };
}

function plannedFault(fault: Fault): InjectedFault {
  const done = (): Promise<void> => Promise.resolve();
  return {
    fault,
    observe: () => Promise.resolve({ inForce: true, detail: "planned" }),
    lift: done,
    [Symbol.asyncDispose]: done,
  };
}
