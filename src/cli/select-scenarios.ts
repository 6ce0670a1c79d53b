import type { ScenarioDefinition } from "../authoring/scenario.ts";
import type { DrillDefinition } from "../checklist/drill.ts";
import { HarnessError } from "../harness-error.ts";

export interface ScenarioChoice {
  readonly runbook?: string;
  readonly preparation?: string;
  readonly backup?: string;
  readonly asDocumented?: boolean;
  /** Only scenarios that carry all of them; default all scenarios. */
  readonly tag?: readonly string[];
}

/**
 * The scenarios of a drill that are meant.
 *
 * @throws HarnessError 64 for two texts to follow, one text for several scenarios, a restore without its backup, a preparation that
 * nothing needs, or a tag that nothing carries.
 */
export function selectScenarios(
  name: string,
  all: DrillDefinition["scenarios"],
  { runbook, preparation, backup, asDocumented, tag = [] }: ScenarioChoice,
): readonly ScenarioDefinition[] {
  const own = runbook !== undefined ? "--runbook" : preparation !== undefined ? "--preparation" : undefined;
  if (own !== undefined && asDocumented === true) {
    throw new HarnessError(`${own} and --as-documented name two texts to follow: leave one of them out.`, {
      code: "two-runbooks",
      exitStatus: 64,
    });
  }
  if (own !== undefined && all.length > 1) {
    throw new HarnessError(
      `${own} needs one scenario, and the drill ${name} has ${all.length}: name one of ${all.map((scenario) => scenario.name).join(", ")}.`,
      { code: "runbook-with-drill", exitStatus: 64 },
    );
  }
  const chosen = all.filter((scenario) => tag.every((wanted) => scenario.tags?.includes(wanted) === true));
  if (chosen.length === 0) {
    throw new HarnessError(
      `No scenario of ${name} carries the tag ${tag.join(" and ")}: see \`drill list --json\` for the tags.`,
      { code: "no-such-tag", exitStatus: 64 },
    );
  }
  if (preparation !== undefined && !chosen.some((scenario) => scenario.preparation !== undefined)) {
    throw new HarnessError(
      `--preparation goes with a scenario that begins with a set-up, and ${name} does not: leave it out.`,
      { code: "preparation-not-needed", exitStatus: 64 },
    );
  }
  const makesBackup = chosen.some((scenario) => scenario.backup !== undefined);
  if (runbook !== undefined && makesBackup && backup === undefined) {
    throw new HarnessError(
      `--runbook names how a backup is restored, and nothing how yours is made: name that section too, with --backup.`,
      { code: "no-backup-procedure", exitStatus: 64 },
    );
  }
  if (backup !== undefined && (runbook === undefined || !makesBackup)) {
    throw new HarnessError(
      `--backup goes with --runbook and a scenario that makes a backup: ${makesBackup ? "add --runbook" : `${name} makes none`}.`,
      { code: "backup-not-needed", exitStatus: 64 },
    );
  }
  return chosen;
}
