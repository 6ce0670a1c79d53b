import type { Fault, InjectedFault } from "../fault/fault.ts";
import type { Runbook } from "../runbook/model.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import type { ScenarioDefinition } from "./scenario.ts";

/** What a scenario would do, in order. */
export interface ScenarioPlan {
  readonly scenario: string;
  readonly title: string;
  readonly kind: string;
  readonly system: string;
  readonly nodes: readonly { readonly service: string; readonly role: string; readonly region: string; readonly image: string }[];
  readonly applicationServices: readonly string[];
  readonly story: readonly PlannedAct[];
  readonly runbook: Runbook;
}

export type PlannedAct =
  | { readonly act: "baseline" }
  | { readonly act: "fault"; readonly name: string; readonly targets: readonly string[]; readonly blastRadius: string; readonly transient: boolean }
  | { readonly act: "follow" }
  | { readonly act: "observe" };

/** Tells the story to a context that only writes down what it is asked to do: nothing is started and no engine is needed. */
export async function planScenario(definition: ScenarioDefinition, runbook: Runbook): Promise<ScenarioPlan> {
  const acts: PlannedAct[] = [];
  await definition.story({
    workload: {
      establishBaseline: async () => {
        acts.push({ act: "baseline" });
      },
    },
    faults: {
      inject: async (fault) => {
        acts.push({ act: "fault", name: fault.name, targets: fault.targets, blastRadius: fault.blastRadius, transient: fault.transient });
        return plannedFault(fault);
      },
    },
    operator: {
      follow: async () => {
        acts.push({ act: "follow" });
      },
    },
    observe: {
      recovery: async () => {
        acts.push({ act: "observe" });
      },
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
    nodes: definition.system.nodes.map(({ service, role, region, image }) => ({ service, role, region, image })),
    applicationServices: definition.system.application.services,
    story: acts,
    runbook,
  };
}

function plannedFault(fault: Fault): InjectedFault {
  return {
    fault,
    observe: async () => ({ inForce: true, detail: "planned" }),
    lift: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
