/** What a command leaves a person typing into. */
export interface InteractiveProgram {
  readonly kind: "shell" | "program";
  /** As in a prompt's key: `psql`, `redis-cli`; the command's name for a shell. */
  readonly name: string;
  /** Why what is typed can't come from a here-document; undefined where it can. */
  readonly needsTerminal?: string;
}

/** Options that take their value from the next word. */
const valued: Readonly<Record<string, RegExp>> = {
  sudo: /^-[A-Za-z]*[ugpCDhrT]$|^--(?:user|group|host|chdir)$/,
  ssh: /^-[A-Za-z]*[BbcDEeFIiJLlmOopQRSWw]$/,
  docker: /^-[a-z]*[uwe]$|^--(?:user|workdir|env|env-file|detach-keys)$/,
  compose: /^-[a-z]*[uwe]$|^--(?:user|workdir|env|index)$/,
  kubectl: /^-[cn]$|^--(?:container|namespace|context)$/,
  "redis-cli":
    /^-[hpsaunridDXt]$|^--(?:user|pass|cacert|cacertdir|cert|key|sni|tls-ciphers|tls-ciphersuites)$/,
};

/** What a person types into after this command; undefined where it needs nobody, or where that can't be told. */
export function interactiveProgram(command: string): InteractiveProgram | undefined {
  const unquoted = command.replace(/"[^"]*"|'[^']*'/g, "");
  if (/[|&;<>()`#\\\n"']/.test(unquoted)) return undefined;
  return opened(command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []);
}

function opened(written: readonly string[]): InteractiveProgram | undefined {
  const words = written.slice(written.findIndex((word) => !/^\w+=/.test(word)));
  const name = words[0]?.replace(/^.*\//, "") ?? "";
  const has = (pattern: RegExp): boolean => words.some((word) => pattern.test(word));
  switch (name) {
    case "psql":
      return has(/^-[a-zA-Z]*[cflV?]|^--(?:command|file|list|version|help)\b/) ? undefined : program(name);
    case "redis-cli":
      return positionals(words, "redis-cli").length === 0 ? program(name) : undefined;
    case "bash":
    case "sh":
    case "zsh":
    case "ksh":
    case "dash":
      return words.slice(1).every((word) => /^-(?:[il]+|-login)$/.test(word)) ? shell(name) : undefined;
    case "su":
      return has(/^-[a-z]*c$|^--command\b/) ? undefined : shell(name);
    case "sudo": {
      const inner = positionals(words, "sudo");
      if (inner.length > 0) return opened(inner);
      return has(/^-[A-Za-z]*[is]|^--(?:login|shell)$/) ? shell(name) : undefined;
    }
    case "ssh": {
      const inner = positionals(words, "ssh").slice(1);
      return inner.length === 0 ? shell(name) : opened(inner);
    }
    default:
      return openedInContainer(name, words);
  }
}

function openedInContainer(name: string, words: readonly string[]): InteractiveProgram | undefined {
  const exec = words.indexOf("exec");
  const isCompose = name === "docker-compose" || words.slice(0, Math.max(exec, 0)).includes("compose");
  if (exec === -1 || !(isCompose || ["docker", "podman", "kubectl"].includes(name))) return undefined;
  const tool = isCompose ? "compose" : name === "kubectl" ? "kubectl" : "docker";
  const after = words.slice(exec);
  // kubectl takes options up to its `--`, the others up to the container's name.
  const dashes = after.indexOf("--") + 1;
  const inner = tool === "kubectl" ? after.slice(dashes || after.length) : positionals(after, tool).slice(1);
  const program = opened(inner);
  if (program === undefined) return undefined;
  const options = after.slice(0, after.length - inner.length);
  const has = (pattern: RegExp): boolean => options.some((word) => pattern.test(word));
  const called = isCompose && name !== "docker-compose" ? `${name} compose` : name;
  const needsTerminal = isCompose
    ? !has(/^-[a-z]*T$|^--no-(?:TTY|tty)\b/) &&
      `${called} exec without -T needs a terminal (write -T, or give the input with -c)`
    : has(/^-[a-z]*t[a-z]*$|^--tty\b/)
      ? `${called} exec with -t needs a terminal`
      : !has(/^-[a-z]*i[a-z]*$|^--(?:interactive|stdin)\b/) && `${called} exec without -i takes no input`;
  return needsTerminal === false ? program : { ...program, needsTerminal };
}

/** What follows a program's own options. */
function positionals(words: readonly string[], tool: string): readonly string[] {
  let at = 1;
  while (at < words.length && words[at]?.startsWith("-") === true && words[at] !== "--") {
    at += valued[tool === "podman" ? "docker" : tool]?.test(words[at] ?? "") === true ? 2 : 1;
  }
  return words.slice(at);
}

const program = (name: string): InteractiveProgram => ({ kind: "program", name });
const shell = (name: string): InteractiveProgram => ({ kind: "shell", name });
