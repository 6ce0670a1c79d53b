import { finishSteps } from "../draft-step.ts";
import type { WrittenAttributes } from "../attributes.ts";
import type { RunbookStep } from "../model.ts";

/** A step with this title and these commands, for tests of what is judged from it. */
export function sampleStep(
  title: string,
  commands: readonly string[],
  attributes: WrittenAttributes = {},
): RunbookStep {
  const drafts = [
    {
      title,
      heading: "Sample",
      line: 1,
      text: commands.join("\n"),
      commands: commands.map((text, index) => ({ text, line: index + 2 })),
      attributes,
    },
  ];
  const [step] = finishSteps(drafts);
  if (step === undefined) throw new TypeError("one draft makes one step");
  return step;
}
