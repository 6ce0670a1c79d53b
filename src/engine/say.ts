/** Where set-up says, line by line, what it does and how far it is. */
export type Say = (line: string) => void;

/** Plain lines on standard error: standard output belongs to the answer. */
export const sayOnStandardError: Say = (line) => {
  process.stderr.write(`set-up: ${line}\n`);
};

/** For sources that talk faster than anybody reads: at most one line in `everyMs`, the first one at once. */
export function seldom(say: Say, everyMs = 2000): Say {
  let lastAt = -Infinity;
  return (line) => {
    if (performance.now() - lastAt < everyMs) return;
    lastAt = performance.now();
    say(line);
  };
}
