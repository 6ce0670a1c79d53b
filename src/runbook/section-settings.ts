import { parseMarkdown, visitCode } from "./markdown.ts";
import { findSection } from "./sections.ts";

/**
 * What a section puts into a server's configuration file, as written: its fences tagged `conf`, one after the other. Empty where it
 * has none.
 *
 * @throws HarnessError 65: as `parseRunbook`.
 */
export function sectionSettings(markdown: string, file: string, slug?: string): string {
  const fences: string[] = [];
  visitCode([...findSection(parseMarkdown(markdown, file), slug).nodes], ({ lang, value }) => {
    if (lang === "conf") fences.push(`${value}\n`);
  });
  return fences.join("");
}
