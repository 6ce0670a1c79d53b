import type { EffectName, ExpectedEffect } from "./model.ts";

/** Every post-condition that can be written as `effect`; how each is judged stands in `judge-effect.ts`. */
export const effectNames = [
  "node:promoted",
  "node:stopped",
  "node:started",
  "node:replicating",
  "container:recreated",
  "container:restarted",
  "container:stopped",
  "container:started",
  "file:changed",
  "data:restored",
  "none",
] as const satisfies readonly EffectName[];

interface VerbMeaning {
  /** A step with this verb means to change something. */
  readonly changes: boolean;
  readonly effect?: EffectName;
}

const looks: VerbMeaning = { changes: false, effect: "none" };
const changes: VerbMeaning = { changes: true };
const promotes: VerbMeaning = { changes: true, effect: "node:promoted" };
const takesNodeDown: VerbMeaning = { changes: true, effect: "node:stopped" };
const edits: VerbMeaning = { changes: true, effect: "file:changed" };

/** What the verbs of titles say. `file:changed` holds only for titles that name a file. */
const verbs: Readonly<Record<string, VerbMeaning>> = {
  promote: promotes,
  fence: takesNodeDown,
  isolate: takesNodeDown,
  kill: takesNodeDown,
  stop: { changes: true, effect: "container:stopped" },
  restart: { changes: true, effect: "container:restarted" },
  recreate: { changes: true, effect: "container:recreated" },
  redeploy: { changes: true, effect: "container:recreated" },
  start: { changes: true, effect: "container:started" },
  launch: { changes: true, effect: "container:started" },
  restore: { changes: true, effect: "data:restored" },
  rejoin: { changes: true, effect: "node:replicating" },
  resync: { changes: true, effect: "node:replicating" },
  reattach: { changes: true, effect: "node:replicating" },
  ...sameMeaning(edits, "update set point repoint edit change switch configure modify replace write"),
  ...sameMeaning(
    looks,
    "check verify identify list show monitor inspect confirm validate test view look measure wait review",
  ),
  ...sameMeaning(looks, "compare watch record note document find read"),
  ...sameMeaning(
    changes,
    "create drop delete remove add install enable disable drain route activate deploy apply upload",
  ),
  ...sameMeaning(
    changes,
    "clean attach detach rotate truncate import load recover rebuild reset notify simulate execute",
  ),
};

function sameMeaning(meaning: VerbMeaning, words: string): Record<string, VerbMeaning> {
  return Object.fromEntries(words.split(" ").map((word) => [word, meaning]));
}

/** What a title says of its step: the first verb that the table knows decides. */
export function readTitle(title: string): {
  readonly effect?: ExpectedEffect;
  readonly meansToChange: boolean;
} {
  for (const word of title.toLowerCase().match(/[a-z]+(?:-[a-z]+)*/g) ?? []) {
    const verb = stems(word).find((stem) => Object.hasOwn(verbs, stem));
    const meaning = verb === undefined ? undefined : verbs[verb];
    if (verb === undefined || meaning === undefined) continue;
    const { effect, changes: meansToChange } = meaning;
    if (effect === undefined || (effect === "file:changed" && !namesFile(title))) return { meansToChange };
    return { effect: { name: effect, from: verb }, meansToChange };
  }
  return { meansToChange: false };
}

/** `promoting` and `stopping` are `promote` and `stop`. */
function stems(word: string): string[] {
  if (!word.endsWith("ing")) return [word];
  const stem = word.slice(0, -3);
  return [word, stem, `${stem}e`, stem.replace(/([a-z])\1$/, "$1")];
}

/** File names as titles and commands write them: `.env`, `redis.conf`, `config/app.yml`. */
export function fileNamesIn(text: string): string[] {
  const names = text.matchAll(
    /(?<![\w./-])((?:[\w-]+\/)*(?:\.env(?:\.\w+)?|[\w.-]+\.(?:env|conf|cfg|ini|ya?ml|json|toml|properties|zone)))(?![\w/-])/g,
  );
  return [...new Set([...names].map(([, name = ""]) => name))];
}

function namesFile(title: string): boolean {
  return fileNamesIn(title).length > 0 || /\bconfig(?:uration)?\b/i.test(title);
}
