import type { Code } from "mdast";

const scripts: ReadonlySet<string> = new Set(["sh", "bash", "shell", "zsh"]);
const transcripts: ReadonlySet<string> = new Set(["console", "shell-session", "terminal"]);

/** `script`: all of it runs. `transcript`: what follows a prompt runs. `manual`: untagged, a person's job. `text`: anything else. */
export type FenceKind = "script" | "transcript" | "manual" | "text";

/** The language of a fence, without attributes that stick to it as in ```` ```sh{"name":"promote"} ````. */
function fenceLanguage(code: Code): string | undefined {
  const language = (code.lang ?? "").split("{", 1)[0]?.toLowerCase() ?? "";
  return language === "" ? undefined : language;
}

export function fenceKind(code: Code): FenceKind {
  const language = fenceLanguage(code);
  if (language === undefined) return "manual";
  if (scripts.has(language)) return "script";
  return transcripts.has(language) ? "transcript" : "text";
}

/** Its kind lets commands run, and there is something in it. */
export function isRunnable(code: Code): boolean {
  const kind = fenceKind(code);
  return (kind === "script" || kind === "transcript") && code.value.trim() !== "";
}
