/** What stands at the start of a line of a transcript, before what somebody typed. */
export type Prompt =
  | {
      readonly kind: "shell" | "program";
      /** Who asks, the same for every prompt of one shell or program: `root@db1 #`, `$`, `psql`. */
      readonly key: string;
      /** What follows the prompt, perhaps nothing. */
      readonly typed: string;
    }
  /** A bare `#`, `%`, `>`, or a `$` without a space: as often a comment or output as a prompt. */
  | { readonly kind: "weak"; readonly key: string; readonly typed: string };

/** Each has the identity in its first group, the sign in the second and what was typed in the third. */
const namedShells: readonly RegExp[] = [
  // [root@db1 ~]#
  /^\[([\w.-]+@[\w.-]+)[^\]]*\] ?([$#%>])(?: ?(.*))?$/,
  // postgres@db1:~$   user@host:/opt/app (main)$   user@host ~ %   user@host $   deploy@host>
  /^([\w.-]+@[\w.-]+)(?::[~/][^$#%>]*|:[^\s$#%>]*| [~/][^$#%>]*)? ?([$#%>])(?: ?(.*))?$/,
  // host:~ user$
  /^([\w.-]+):[~/\w]\S* [\w.-]+([$#])(?: (.*))?$/,
  // bash-5.1$   sh-5.2#
  /^((?:ba|z|k|da)?sh)(?:-[\d.]+)?([$#])(?: (.*))?$/,
];

/** / #   /app $   (the shell of small images, which names the directory only) */
const directoryOnly = /^[~/][\w./~-]* ([$#])(?: (.*))?$/;

const programs: readonly (readonly [key: string, prompt: RegExp])[] = [
  // mydb=>  mydb=#  mydb-#  mydb(#  mydb=*>  (R and x of PostgreSQL's PROMPT1 and PROMPT2)
  ["psql", /^[\w.@-]+[=^!*'"$(-][*!?]?[#>](?: (.*))?$/],
  ["redis-cli", /^(?:[\w.-]+:\d+|redis \S+|not connected)(?:\[\d+\])?(?:\(TX\))?>(?: (.*))?$/],
  ["PowerShell", /^(?:PS )?[A-Z]:\\[^>]*>(?: ?(.*))?$/],
  ["python", /^>>>(?: (.*))?$/],
  ["MariaDB", /^MariaDB \[[^\]]*\]>(?: (.*))?$/],
  ["another program", /^(?:[\w.-]+ \[[^\]]*\] )?\w(?:[\w.:/()[\]-]*[\w)\]])?>(?: (.*))?$/],
];

/** An amount (`$ 5.00 fee`) is no command. */
const amount = /^[\d.,]+[kMG%]?(?:\s|$)/;

/**
 * The prompt at the start of a line; undefined where there is none.
 *
 * @param percentIsPrompt A bare `%` is zsh's prompt, which it can be only where no other prompt occurs.
 */
export function readPrompt(text: string, percentIsPrompt: boolean): Prompt | undefined {
  const [, indent = "", rest = ""] = /^(\s*)(?:\([\w.-]+\) )?(.*)$/s.exec(text) ?? [];
  const found = readProgram(rest) ?? readNamedShell(rest) ?? readBare(rest, percentIsPrompt);
  if (found === undefined) return undefined;
  // An indented sign belongs to a text that tells what to type, unless all prompts stand there.
  return { ...found, key: found.kind === "program" ? found.key : indent + found.key };
}

function readProgram(text: string): Prompt | undefined {
  for (const [key, pattern] of programs) {
    const match = pattern.exec(text);
    if (match !== null) return { kind: "program", key, typed: match[1] ?? "" };
  }
  return undefined;
}

function readNamedShell(text: string): Prompt | undefined {
  for (const pattern of namedShells) {
    const [all, who = "", sign = "", typed = ""] = pattern.exec(text) ?? [];
    if (all !== undefined) return { kind: "shell", key: `${who} ${sign}`, typed };
  }
  const [all, sign = "", typed = ""] = directoryOnly.exec(text) ?? [];
  return all === undefined ? undefined : { kind: "shell", key: `directory ${sign}`, typed };
}

function readBare(text: string, percentIsPrompt: boolean): Prompt | undefined {
  const [all, sign = "", typed = ""] = /^([$❯➜λ%#>])(?: (.*))?$/.exec(text) ?? [];
  if (all !== undefined) {
    if (sign === "$" && amount.test(typed)) return undefined;
    const isWeak = sign === "#" || sign === ">" || (sign === "%" && !percentIsPrompt);
    return { kind: isWeak ? "weak" : "shell", key: sign, typed };
  }
  const unspaced = /^\$([a-z][\w.-]* .*)$/.exec(text)?.[1];
  return unspaced === undefined ? undefined : { kind: "weak", key: "$", typed: unspaced };
}

const programNames = new Set(
  (
    "apt apt-get aws bash chmod chown crontab curl dig dnf docker docker-compose gpg gunzip gzip haproxy helm ip iptables " +
    "journalctl killall kubectl ls mkdir mv nginx openssl patronictl pg_basebackup pg_controldata pg_ctl pg_ctlcluster pg_dump " +
    "pg_dumpall pg_restore pg_rewind pg_isready pgbackrest pkill podman ps psql redis-cli redis-server rm rsync scp ssh su " +
    "sudo systemctl ufw umount wget yum"
  ).split(" "),
);
/** Programs that begin a sentence as well: `kill the old primary`. */
const wordsToo = new Set(
  "cat cd cp echo export kill mount reboot sed service sleep source tail tar tee touch".split(" "),
);

/** Whether a line begins with a program of an operator's, by its name or as a path: `systemctl stop x`, `./failover.sh`. */
export function namesProgram(typed: string): boolean {
  const [word = "", ...others] = typed.trim().split(/\s+/);
  if (programNames.has(word) || /^(?:\.|~)?\/\w[\w.-]*\/?\S*$/.test(word)) return true;
  if (!wordsToo.has(word)) return false;
  // What a command takes is seldom written as words: options, paths, numbers, assignments.
  return (
    others.some((other) => /^[-~$/.]|[=/\d]/.test(other)) ||
    /^service \S+ (?:start|stop|restart|reload|status)$/.test(typed.trim())
  );
}
