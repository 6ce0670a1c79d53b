import stripAnsi from "strip-ansi";

/** A program names its window: nothing of it is shown. */
const title = /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

/** Sequences that move the cursor, or erase; the others are dropped. */
const control = /\u001b\[(\d*)(?:;\d*)?([ABGHJKF])|\r|\n|[\b\u0007]/g;

/**
 * What a terminal shows once everything has been printed: progress that a program draws over its earlier lines appears as it was
 * at the end, colours are gone.
 */
export function terminalText(printed: string): string {
  const raw = printed.replace(title, "");
  const screen: string[] = [""];
  let row = 0;
  let column = 0;
  const write = (text: string): void => {
    if (text === "") return;
    const line = screen[row] ?? "";
    screen[row] = line.slice(0, column).padEnd(column) + text + line.slice(column + text.length);
    column += text.length;
  };
  const moveTo = (target: number): void => {
    row = Math.max(0, target);
    while (screen.length <= row) screen.push("");
  };
  let from = 0;
  for (const match of raw.matchAll(control)) {
    write(stripAnsi(raw.slice(from, match.index)));
    from = match.index + match[0].length;
    const count = match[1] === undefined || match[1] === "" ? 1 : Number(match[1]);
    switch (match[2] ?? match[0]) {
      case "\r":
        column = 0;
        break;
      case "\n":
        moveTo(row + 1);
        column = 0;
        break;
      case "\b":
        column = Math.max(0, column - 1);
        break;
      case "A":
        moveTo(row - count);
        break;
      case "F":
        moveTo(row - count);
        column = 0;
        break;
      case "B":
        moveTo(row + Math.min(count, 200));
        break;
      case "G":
        column = Math.max(0, Math.min(count - 1, 1000));
        break;
      case "K":
        if (match[1] === "2") screen[row] = "";
        else if (match[1] === "" || match[1] === "0") screen[row] = (screen[row] ?? "").slice(0, column);
        break;
      case "J":
        if (match[1] === "" || match[1] === "0") screen.splice(row + 1);
        break;
    }
  }
  write(stripAnsi(raw.slice(from)));
  return screen
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/^\n+|\n+$/g, "");
}
