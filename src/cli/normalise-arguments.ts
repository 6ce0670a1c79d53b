/** First words that are no name of a drill or scenario. */
export const subcommands = [
  "run",
  "list",
  "plan",
  "clean",
  "self-test",
  "compare",
  "verify-backup",
  "help",
] as const;

/**
 * The first word decides: a subcommand is that one, anything else is the name of a drill or scenario to run, and none means the
 * drill `failover`. Options alone (`--json`) belong to `run failover`; `--help` and `--version` to the program.
 */
export function normaliseArguments(words: readonly string[]): readonly string[] {
  const [first] = words;
  if (first === undefined) return ["run", "failover"];
  if (["--help", "-h", "--version", "-V"].includes(first)) return words;
  if (first.startsWith("-")) return ["run", "failover", ...words];
  if ((subcommands as readonly string[]).includes(first)) {
    return first === "run" && namesNothing(words.slice(1)) ? ["run", "failover", ...words.slice(1)] : words;
  }
  return ["run", ...words];
}

function namesNothing(words: readonly string[]): boolean {
  return (
    words.length === 0 || ((words[0] ?? "").startsWith("-") && !["--help", "-h"].includes(words[0] ?? ""))
  );
}
