import * as vega from "vega";
import { compile } from "vega-lite";
import type { TopLevelSpec } from "vega-lite";
import { escapeHtml } from "./markdown.ts";

export interface SvgText {
  readonly title: string;
  /** What the picture says, for those who can't see it. */
  readonly description: string;
}

/**
 * Without a canvas Vega takes a character to be 0.8 em wide and leaves a third of the picture empty beside the labels. In the fonts
 * that readers have it is 0.5 to 0.6 em.
 */
function measureTextAsReadersSeeIt(): void {
  const { textMetrics } = vega as unknown as {
    textMetrics: { width: (item: TextItem, text: unknown) => number };
  };
  textMetrics.width = (item, text) => 0.6 * (item.fontSize ?? 11) * String(text).length;
}

interface TextItem {
  readonly fontSize?: number;
}

/** Draws without a browser. The same specification gives the same bytes. */
export async function renderSvg(spec: TopLevelSpec, { title, description }: SvgText): Promise<string> {
  measureTextAsReadersSeeIt();
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: "none" });
  try {
    await view.runAsync();
    // Vega numbers its definitions over the life of the process.
    vega.resetSVGDefIds();
    const svg = await view.toSVG();
    return `${svg.replace(
      /<svg([^>]*)>/,
      (_tag, attributes: string) =>
        `<svg${attributes} role="img" aria-labelledby="picture-title picture-description"><title id="picture-title">${escapeHtml(title)}</title><desc id="picture-description">${escapeHtml(description)}</desc>`,
    )}\n`;
  } finally {
    view.finalize();
  }
}
