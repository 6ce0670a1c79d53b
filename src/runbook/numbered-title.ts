/** The number as written and the title of a line like `1. Check replica status`, `2) Promote` or `Step 3: Verify`. */
export interface NumberedTitle {
  readonly number: string;
  readonly title: string;
}

const plain = /^(\d{1,3}(?:\.\d{1,3})*[a-z]?)[.):]\s+(\S.*)$/;
const withWord = /^step\s+(\d{1,3}(?:\.\d{1,3})*[a-z]?)\s*(?:[.):]|\s[-–—])\s*(\S.*)$/i;

export function readNumberedTitle(line: string): NumberedTitle | undefined {
  const match = plain.exec(line.trim()) ?? withWord.exec(line.trim());
  if (match === null) return undefined;
  const [, number = "", title = ""] = match;
  return { number, title: title.trim() };
}
