import type { Code, Html, List, ListItem, RootContent } from "mdast";
import { toString } from "mdast-util-to-string";
import { commentAttributes, type WrittenAttributes } from "./attributes.ts";
import type { DraftStep } from "./draft-step.ts";
import { fenceSteps } from "./fence-steps.ts";
import { lineOf } from "./markdown.ts";
import { readNumberedTitle } from "./numbered-title.ts";
import { runbookError } from "./runbook-error.ts";
import type { SectionContent } from "./sections.ts";

/** The steps of a section, in the order of the document. @throws HarnessError 65 for bad attributes, with their line. */
export async function sectionSteps(section: SectionContent, file: string): Promise<DraftStep[]> {
  const walk = new SectionWalk(section.heading, section.line, file);
  await walk.visit(section.nodes);
  return walk.finish();
}

/** A numbered heading or list item that waits for its commands. */
interface OpenStep {
  readonly number?: string;
  readonly title: string;
  readonly line: number;
  readonly text: string;
  readonly attributes: WrittenAttributes;
  /** Numbered: it is a job for a person if no command follows. */
  readonly standsAlone: boolean;
  readonly drafts: DraftStep[];
}

class SectionWalk {
  readonly #file: string;
  readonly #steps: DraftStep[] = [];
  #heading: string;
  #open: OpenStep;
  #pending: { attributes: WrittenAttributes; line: number } | undefined;

  constructor(heading: string, line: number, file: string) {
    this.#file = file;
    this.#heading = heading;
    this.#open = this.#opened(heading, line, false);
  }

  async visit(nodes: readonly RootContent[]): Promise<void> {
    for (const node of nodes) {
      if (node.type === "heading") {
        this.#heading = toString(node).replace(/\s*\{#[^\s{}]+\}$/, "");
        this.#openStep(
          this.#opened(this.#heading, lineOf(node), readNumberedTitle(this.#heading) !== undefined),
        );
      } else if (node.type === "code") await this.#addFence(node);
      else if (node.type === "html") this.#readComments(node);
      else if (node.type === "list" && node.ordered === true) await this.#addOrderedList(node);
      else if ("children" in node) await this.visit(node.children);
    }
  }

  finish(): DraftStep[] {
    this.#close();
    if (this.#pending !== undefined) {
      throw runbookError(
        "bad-attribute",
        this.#file,
        this.#pending.line,
        "step attributes that stand before no step",
      );
    }
    return this.#steps;
  }

  #opened(written: string, line: number, standsAlone: boolean): OpenStep {
    const numbered = readNumberedTitle(written);
    return {
      ...(numbered ?? { title: written }),
      line,
      text: written,
      attributes: {},
      standsAlone,
      drafts: [],
    };
  }

  #openStep(step: OpenStep): void {
    this.#close();
    this.#open = step;
  }

  /** Commands of one numbered item are one step, unless their own comments number them. */
  #close(): void {
    const { drafts, number, title, line, text, attributes, standsAlone } = this.#open;
    const [first] = drafts;
    if (first === undefined) {
      if (standsAlone) {
        const own = number === undefined ? {} : { number };
        this.#steps.push({ ...own, title, heading: this.#heading, line, text, commands: [], attributes });
      }
    } else if (!standsAlone || drafts.some((draft) => draft.number !== undefined))
      this.#steps.push(...drafts);
    else {
      const manualBecause = drafts.find((draft) => draft.manualBecause !== undefined)?.manualBecause;
      this.#steps.push({
        ...first,
        ...(number === undefined ? {} : { number }),
        title,
        text: drafts.map((draft) => draft.text).join("\n"),
        commands: manualBecause === undefined ? drafts.flatMap((draft) => draft.commands) : [],
        ...(manualBecause === undefined ? {} : { manualBecause }),
        attributes: Object.assign({}, ...drafts.map((draft) => draft.attributes)) as WrittenAttributes,
      });
    }
    this.#open = {
      title: this.#heading,
      line,
      text: this.#heading,
      attributes: {},
      standsAlone: false,
      drafts: [],
    };
  }

  async #addFence(code: Code): Promise<void> {
    const attributes = { ...this.#open.attributes, ...this.#pending?.attributes };
    const place = { file: this.#file, heading: this.#heading, title: this.#open.title, attributes };
    const drafts = await fenceSteps(code, place);
    if (drafts.length === 0) return;
    this.#pending = undefined;
    this.#open.drafts.push(...drafts);
  }

  async #addOrderedList(list: List): Promise<void> {
    for (const [index, item] of list.children.entries()) {
      const pending = this.#pending;
      this.#pending = undefined;
      this.#openStep({
        number: String((list.start ?? 1) + index),
        title: itemTitle(item),
        line: lineOf(item),
        text: toString(item),
        attributes: pending?.attributes ?? {},
        standsAlone: true,
        drafts: [],
      });
      // Nested numbers are part of their item's text; fences at any depth are its commands.
      await this.#visitItem(item.children);
    }
    // Only a single item without a fence of its own, as when fences without indentation cut a list into pieces, is the title of
    // the fence that follows outside the list.
    if (list.children.length > 1 || this.#open.drafts.length > 0) this.#close();
  }

  async #visitItem(nodes: readonly RootContent[]): Promise<void> {
    for (const node of nodes) {
      if (node.type === "code") await this.#addFence(node);
      else if (node.type === "html") this.#readComments(node);
      else if ("children" in node) await this.#visitItem(node.children);
    }
  }

  #readComments(html: Html): void {
    for (const { attributes, line } of commentAttributes(html.value, {
      file: this.#file,
      line: lineOf(html),
    })) {
      this.#pending = { attributes: { ...this.#pending?.attributes, ...attributes }, line };
    }
  }
}

function itemTitle(item: ListItem): string {
  const paragraph = item.children.find((child) => child.type === "paragraph");
  const title = paragraph === undefined ? "" : (toString(paragraph).split("\n", 1)[0] ?? "");
  return title.trim() === "" ? "(untitled)" : title.trim();
}
