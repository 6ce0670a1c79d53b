import { createHash } from "node:crypto";
import { finishSteps } from "./draft-step.ts";
import { parseMarkdown } from "./markdown.ts";
import type { Runbook } from "./model.ts";
import { findSection, noExecutableStep } from "./sections.ts";
import { sectionSteps } from "./section-steps.ts";

/**
 * Reads the steps of one section of a Markdown document. Pure: nothing but the text decides.
 *
 * @param file Path as the user gave it, for messages and the report.
 * @param slug Heading slug, with or without `#`; may be left out where only one section could run.
 * @param needsSteps A section without an executable step is refused. Default true.
 * @throws HarnessError 65, and nothing else: no such heading, several sections that could run, no executable step, a bad attribute,
 *   an unterminated fence, binary content.
 */
export async function parseRunbook(
  markdown: string,
  file: string,
  slug?: string,
  needsSteps = true,
): Promise<Runbook> {
  const document = parseMarkdown(markdown, file);
  const section = findSection(document, slug);
  const steps = finishSteps(await sectionSteps(section, file));
  const isExecutable = steps.some(
    (step) => step.kind === "command" && step.attributes.excludeFromRunAll !== true,
  );
  if (needsSteps && !isExecutable) {
    const where = section.slug === "" ? "the document" : `section #${section.slug}`;
    throw noExecutableStep(document, section.nodes, where, steps);
  }
  const sha256 = createHash("sha256").update(markdown, "utf8").digest("hex");
  return { file, sha256, slug: section.slug, heading: section.heading, line: section.line, steps };
}
