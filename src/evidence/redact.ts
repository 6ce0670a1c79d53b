/** What stands in the place of a secret. */
export const redactedMark = "[redacted]";

/**
 * Takes the secrets out of a text, in every form in which servers and shells print them. It works on whole texts: whoever shortens
 * a text redacts it first, or half a secret gets through.
 */
export interface Redactor {
  (text: string): string;
  /** Secrets that became known later: those of a topology that started after the timeline did. */
  readonly add: (secrets: Iterable<string>) => void;
}

/** A redactor for `secrets`; empty ones are ignored. */
export function createRedactor(secrets: Iterable<string> = []): Redactor {
  const forms = new Set<string>();
  let pattern: RegExp | undefined;
  const add = (more: Iterable<string>): void => {
    for (const secret of more) for (const form of formsOf(secret)) forms.add(form);
    // The longest first: a short form inside a longer one would leave the rest of it standing.
    const alternatives = [...forms].sort((a, b) => b.length - a.length).map((form) => escapeForRegExp(form));
    pattern = alternatives.length === 0 ? undefined : new RegExp(alternatives.join("|"), "g");
  };
  add(secrets);
  const redact = (text: string): string =>
    pattern === undefined ? text : text.replace(pattern, redactedMark);
  return Object.assign(redact, { add });
}

/** The same value with every string in it redacted, keys of objects included. */
export function redactDeep<T>(value: T, redact: (text: string) => string): T {
  return redactValue(value, redact) as T;
}

function redactValue(value: unknown, redact: (text: string) => string): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((item) => redactValue(item, redact));
  if (value instanceof RegExp) return new RegExp(redact(value.source), value.flags);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact(key), redactValue(item, redact)]),
  );
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function formsOf(secret: string): string[] {
  if (secret === "") return [];
  const percent = encodeURIComponent(secret.toWellFormed());
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = Buffer.from(secret, "utf8");
  return [
    secret,
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    new URLSearchParams({ secret }).toString().slice("secret=".length),
    percentEncodeAll(secret),
    json,
    JSON.stringify(json).slice(1, -1),
    // A shell that prints a quoted word again, and SQL.
    secret.replaceAll("'", "'\\''"),
    secret.replaceAll("'", "''"),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    ...base64Forms(bytes),
  ];
}

/** `encodeURIComponent` leaves `!'()*` as they are; other encoders don't. */
function percentEncodeAll(secret: string): string {
  return encodeURIComponent(secret.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/**
 * Base64 of the secret alone, and what is the same in base64 of any text that has the secret in it (`user:secret` of a Basic
 * header), for each of the three places at which it can begin.
 */
function base64Forms(bytes: Buffer): string[] {
  const forms = [bytes.toString("base64").replace(/=+$/, "")];
  for (const before of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + bytes.length) * 8) / 6);
    const core = encoded.slice(first, last);
    // Shorter ones stand in ordinary text by chance.
    if (core.length >= 8) forms.push(core);
  }
  return forms.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}
