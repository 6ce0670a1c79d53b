import { closest } from "fastest-levenshtein";
import GithubSlugger from "github-slugger";
import type { Heading, RootContent } from "mdast";
import { toString } from "mdast-util-to-string";
import { isRunnable } from "./fence-language.ts";
import { readNumberedTitle } from "./numbered-title.ts";
import { lineOf, parseMarkdown, visitCode, type MarkdownDocument } from "./markdown.ts";
import type { RunbookStep } from "./model.ts";
import { runbookError } from "./runbook-error.ts";

/** A heading with everything down to the next of the same or a higher level. */
export interface Section {
  /** As GitHub makes it (a second equal heading gets `-1`), or the heading's own `{#id}`. */
  readonly slug: string;
  readonly heading: string;
  /** 1 to 6; 0 for a document without headings. */
  readonly level: number;
  /** 1-based line of the heading. */
  readonly line: number;
  /** It holds a fence that a shell can run. */
  readonly runnable: boolean;
}

export interface SectionContent extends Section {
  readonly nodes: readonly RootContent[];
}

/** Every section of a document, in order. @throws HarnessError 65 for binary content or an unterminated fence. */
export function listSections(markdown: string, file = "the document"): Section[] {
  return sectionsOf(parseMarkdown(markdown, file)).map(({ slug, heading, level, line, runnable }) => ({
    slug,
    heading,
    level,
    line,
    runnable,
  }));
}

function sectionsOf(document: MarkdownDocument): SectionContent[] {
  const nodes = document.root.children;
  const slugger = new GithubSlugger();
  const sections: SectionContent[] = [];
  for (const [index, node] of nodes.entries()) {
    if (node.type !== "heading") continue;
    const { heading, slug } = headingText(node, slugger);
    const rest = nodes.slice(index + 1);
    const end = rest.findIndex((next) => next.type === "heading" && next.depth <= node.depth);
    const content = end === -1 ? rest : rest.slice(0, end);
    sections.push({
      slug,
      heading,
      level: node.depth,
      line: lineOf(node),
      runnable: holdsCommands(content),
      nodes: content,
    });
  }
  if (sections.length > 0) return sections;
  return [{ slug: "", heading: document.file, level: 0, line: 1, runnable: holdsCommands(nodes), nodes }];
}

function headingText(node: Heading, slugger: GithubSlugger): { heading: string; slug: string } {
  const text = toString(node).trim();
  const own = /^(.*?)\s*\{#([^\s{}]+)\}$/.exec(text);
  if (own !== null) return { heading: own[1] ?? "", slug: own[2] ?? "" };
  return { heading: text, slug: slugger.slug(text) };
}

function holdsCommands(nodes: readonly RootContent[]): boolean {
  let found = false;
  visitCode([...nodes], (code) => (found ||= isRunnable(code)));
  return found;
}

/** @throws HarnessError 65: no such heading; no slug although several sections could run; nothing that could run. */
export function findSection(document: MarkdownDocument, slug: string | undefined): SectionContent {
  const sections = sectionsOf(document);
  const { file } = document;
  if (slug !== undefined && slug !== "") {
    const wanted = slug.replace(/^#/, "");
    const found = sections.find((section) => section.slug === wanted);
    if (found !== undefined) return found;
    const slugs = sections.map((section) => section.slug).filter((each) => each !== "");
    if (slugs.length === 0)
      throw runbookError("no-such-heading", file, undefined, `no heading #${wanted}: the document has none`);
    throw runbookError(
      "no-such-heading",
      file,
      undefined,
      `no heading #${wanted}; did you mean #${closest(wanted, slugs)}? It has ${slugs.map((each) => `#${each}`).join(", ")}`,
    );
  }
  const own = sections.filter(
    (section) => holdsCommands(ownNodes(section)) && !isStepHeading(section.heading),
  );
  const [only] = own;
  if (only !== undefined && own.length === 1) return only;
  const runnable = sections.filter((section) => section.runnable);
  const [first] = runnable;
  if (first === undefined) throw noExecutableStep(document, document.root.children, "the document");
  if (runnable.length === 1) return first;
  const names = runnable
    .filter(({ heading }) => !isStepHeading(heading))
    .map((section) => `#${section.slug}`);
  throw runbookError(
    "several-sections",
    file,
    undefined,
    `several sections could run; name one as in ${file}${names[0] ?? `#${first.slug}`}: ${names.join(", ")}`,
  );
}

/** `### 2. Promote` is a step of the section above it and no section that one would run. */
function isStepHeading(heading: string): boolean {
  return readNumberedTitle(heading) !== undefined;
}

function ownNodes(section: SectionContent): readonly RootContent[] {
  const end = section.nodes.findIndex((node) => node.type === "heading" && !isStepHeading(toString(node)));
  return end === -1 ? section.nodes : section.nodes.slice(0, end);
}

/**
 * Says why: all steps are excluded, or a person's; else how to tag fences when there are untagged ones.
 *
 * @param steps What was found; none where nothing could be read as a step.
 */
export function noExecutableStep(
  document: MarkdownDocument,
  nodes: readonly RootContent[],
  where: string,
  steps: readonly RunbookStep[] = [],
) {
  const refuse = (why: string) =>
    runbookError("no-executable-step", document.file, undefined, `${where} has no executable step: ${why}`);
  const excluded = steps.filter(({ kind }) => kind === "command");
  if (excluded.length > 0) {
    const lines = excluded.map(({ line }) => line).join(", ");
    return refuse(
      `all that hold commands (line ${lines}) are marked excludeFromRunAll; take it off those that are to run`,
    );
  }
  const why = steps.find(({ manualBecause }) => manualBecause !== undefined)?.manualBecause;
  if (why !== undefined) return refuse(`${why}; ${adviceOnTranscripts}`);
  const untagged: number[] = [];
  visitCode([...nodes], (code) => {
    if (code.lang === null || code.lang === undefined) untagged.push(lineOf(code));
  });
  const advice =
    untagged.length === 0
      ? "a command belongs in a fence that opens with ```sh"
      : `the fence on line ${untagged.join(", ")} has no language, so that nothing in it runs; open it with \`\`\`sh if it holds commands`;
  return refuse(advice);
}

const adviceOnTranscripts =
  "put commands alone into a fence that opens with ```sh, or write the same prompt (`$ `, `root@db1:~# `) before each";
