/** Where a timeline left its parent. */
export interface TimelineSwitch {
  readonly parent: number;
  readonly switchLsn: string;
}

/**
 * Reads a timeline history file: a line for each ancestor, `<timeline>\t<switch position>\t<reason>`; the last one is the parent.
 * Undefined when it has none.
 */
export function parseHistory(text: string): TimelineSwitch | undefined {
  const last = text
    .split("\n")
    .map((line) => /^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)(?:\s|$)/i.exec(line))
    .findLast((match) => match !== null);
  const [, parent, switchLsn] = last ?? [];
  return parent === undefined || switchLsn === undefined
    ? undefined
    : { parent: Number(parent), switchLsn: switchLsn.toUpperCase() };
}
