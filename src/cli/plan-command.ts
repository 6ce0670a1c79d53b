import { planScenario, type PlannedAct, type ScenarioPlan } from "../authoring/plan-scenario.ts";
import { chooseRunbook, configuredBy } from "../authoring/runbook-choice.ts";
import type { Runbook, RunbookStep } from "../runbook/model.ts";
import type { Objectives } from "../timeline/event.ts";
import { findTarget } from "./find-target.ts";
import { selectScenarios } from "./select-scenarios.ts";
import { userPath } from "./user-path.ts";

/** `drill plan`: what a run would do. Starts nothing and needs no engine. */
export async function planCommand(
  name: string,
  options: {
    readonly runbook?: string;
    readonly preparation?: string;
    readonly backup?: string;
    readonly asDocumented: boolean;
    readonly json: boolean;
  },
): Promise<void> {
  const target = await findTarget(name);
  const scenarios = selectScenarios(
    name,
    target.kind === "drill" ? target.drill.scenarios : [target.scenario],
    options,
  );
  const plans = await Promise.all(
    scenarios.map(async (scenario) => {
      const chosen = await chooseRunbook(scenario, { ...options, resolvePath: userPath });
      return {
        ...(await planScenario(configuredBy(scenario, chosen), chosen)),
        objectives: chosen.promises.objectives,
      };
    }),
  );
  process.stdout.write(options.json ? `${JSON.stringify(plans, null, 2)}\n` : plans.map(planText).join("\n"));
}

type JudgedPlan = ScenarioPlan & { readonly objectives: Objectives };

function planText(plan: JudgedPlan): string {
  const lines = [
    `${plan.scenario}: ${plan.title}`,
    "",
    `  System ${plan.system}, in containers of its own on this machine:`,
    ...plan.nodes.map(
      (node) => `    ${node.service.padEnd(18)}${node.role.padEnd(9)}${node.region.padEnd(11)}${node.image}`,
    ),
    ...plan.services.map(({ service, image }) => `    ${service.padEnd(38)}${image}`),
    `    ${plan.applicationServices.join(", ")} (the application)`,
    "",
    ...settingsLines(plan),
    "  What happens:",
    ...plan.story.map((act, index) => `    ${index + 1}. ${actText(act, plan)}`),
    "",
    ...objectiveLines(plan.objectives),
    ...(plan.backup === undefined ? [] : runbookLines("Backup", plan.backup)),
    ...(plan.preparation === undefined ? [] : runbookLines("Preparation", plan.preparation)),
    ...runbookLines("Runbook", plan.runbook),
  ];
  return `${lines.join("\n")}\n`;
}

/** What the run will be held against, and where it is written. */
function objectiveLines({ rtoSeconds, rpoSeconds, sources }: Objectives): string[] {
  const stated = [
    ["RTO", rtoSeconds, sources.rto],
    ["RPO", rpoSeconds, sources.rpo],
  ] as const;
  return [
    "  Objectives:",
    ...stated.map(([name, seconds, source]) =>
      seconds === undefined
        ? `    ${name} none stated`
        : `    ${name} under ${seconds} s${source === undefined ? "" : ` (${source.file}:${source.line})`}`,
    ),
    "",
  ];
}

function settingsLines({ runbook: { file, slug }, settings }: ScenarioPlan): string[] {
  if (settings.length === 0) return [];
  return [`  Configured as ${file}#${slug} says:`, ...settings.map((line) => `    ${line}`), ""];
}

function runbookLines(what: string, { file, slug, line, steps }: Runbook): string[] {
  return [`  ${what} ${file}#${slug}, from line ${line}:`, ...steps.flatMap(stepLines), ""];
}

function actText(act: PlannedAct, plan: ScenarioPlan): string {
  switch (act.act) {
    case "baseline":
      return "start writers and readers; prove that everything works and replication is caught up";
    case "fault":
      return `inject ${act.name} on ${act.targets.join(", ")}${act.transient ? " (transient)" : ""}: ${act.blastRadius}`;
    case "follow":
      return `follow the ${plan.runbook.steps.length} steps of the runbook in the operator container`;
    case "tell":
      return `write into ${act.path} on the operations host what only the person who follows the runbook can know`;
    case "prepare":
      return `follow the ${plan.preparation?.steps.length ?? 0} steps of the preparation, as on the day it was set up`;
    case "observe-replication":
      return "write on each primary and wait until that has arrived on its replica";
    case "back-up":
      return `follow the ${plan.backup?.steps.length ?? 0} steps of the backup's procedure, while writers write`;
    case "inherit":
      return `lay backups of earlier days where backups are kept: ${act.backups.join("; ")}`;
    case "inherit-base-backups":
      return `set the database server's clock back, and have base backups made and WAL archived on earlier days: ${act.backups.join("; ")}`;
    case "inspect-kept":
      return "look which of them are there, old versions in the object store included";
    case "inspect-archiving":
      return "have the database finish WAL under load, fetch it from the archive on each server, and archive another content under the same name";
    case "check":
      return `${act.name} on ${act.targets.join(", ")}: ${act.blastRadius}; follow the runbook: does it notice? Then undo it`;
    case "inspect-restored":
      return `hold what ${act.services.join(", ")} holds against the ledger and the state before`;
    case "inspect-application":
      return `hold the application in ${act.service} against the one in force, and open what is encrypted in its database with its key`;
    case "observe":
      return "wait for service to return and to last; then restart the node that took over and look again";
  }
}

function stepLines(step: RunbookStep): string[] {
  const { timeoutMs, verify, onFailure, excludeFromRunAll } = step.attributes;
  const attributes = [
    ...(excludeFromRunAll === true ? ["LEFT OUT of a run"] : []),
    ...(timeoutMs === undefined ? [] : [`limit ${timeoutMs / 1000} s`]),
    ...(verify === undefined ? [] : [verify ? "a verification" : "no verification"]),
    ...(onFailure === "stop" ? ["stops the runbook if it fails"] : []),
    ...(step.commands.some(({ malformed }) => malformed === true) ? ["NOT what a shell can parse"] : []),
  ];
  const kind =
    step.kind === "manual"
      ? `manual: ${step.manualBecause ?? "a person has to do it"}`
      : `effect: ${step.effect?.name ?? "none expected"}`;
  const text = step.kind === "manual" ? step.text.trim().split("\n") : [];
  return [
    `    ${step.id}. ${step.title}  [${[`line ${step.line}`, kind, ...attributes].join("; ")}]`,
    ...text.map((line) => `             ${line}`),
    ...step.commands.flatMap(commandLines),
  ];
}

function commandLines(command: { readonly text: string; readonly line: number }): string[] {
  return command.text
    .split("\n")
    .map((line, index) => `       ${index === 0 ? String(command.line).padStart(4) : "    "}  ${line}`);
}
