import { refused } from "./denied.ts";

/**
 * Builds a new value out of what a client sent, and throws where that is not what it may be. `at` is where in the body it stands,
 * for the reason of a refusal.
 *
 * Bodies are never filtered: the engine's decoder ignores the case of keys, folds a Kelvin sign into a k, and merges a key that
 * comes twice. What is not named here, letter for letter, does not get into the new body.
 */
export type Rebuild<T> = (value: unknown, at: string) => T;

export const text: Rebuild<string> = (value, at) => {
  if (typeof value !== "string") throw refused(`${at} must be a string`, 400);
  return value;
};

export const flag: Rebuild<boolean> = (value, at) => {
  if (typeof value !== "boolean") throw refused(`${at} must be true or false`, 400);
  return value;
};

export const integer: Rebuild<number> = (value, at) => {
  if (!Number.isSafeInteger(value)) throw refused(`${at} must be an integer`, 400);
  return value as number;
};

/** One of the given values and nothing else. */
export function oneOf<const T extends string | number>(...allowed: readonly T[]): Rebuild<T> {
  return (value, at) => {
    const found = allowed.find((each) => each === value);
    if (found === undefined) throw refused(`${at} ${JSON.stringify(value)} is not allowed`);
    return found;
  };
}

export function listOf<T>(item: Rebuild<T>): Rebuild<T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw refused(`${at} must be a list`, 400);
    return value.map((each, index) => item(each, `${at}[${index}]`));
  };
}

/** An object with free keys. */
export function mapOf<T>(item: Rebuild<T>): Rebuild<Record<string, T>> {
  return (value, at) =>
    Object.fromEntries(
      Object.entries(asObject(value, at)).map(([key, each]) => [key, item(each, `${at}.${key}`)]),
    );
}

/** A command line: the engine takes a list of words or one string. */
export const words: Rebuild<string[]> = (value, at) =>
  typeof value === "string" ? [value] : listOf(text)(value, at);

type Fields<S> = { -readonly [K in keyof S]?: S[K] extends Rebuild<infer T> ? T : never };

/**
 * An object with these fields, all optional. Any other key is refused unless its value is empty: clients fill in every field
 * they know with null, zero, false or nothing, which means the default that its absence means too.
 */
export function fields<const S extends Readonly<Record<string, Rebuild<unknown>>>>(
  allowed: S,
): Rebuild<Fields<S>> {
  return (value, at) => {
    const rebuilt: Record<string, unknown> = {};
    for (const [key, each] of Object.entries(asObject(value, at))) {
      const place = at === "" ? key : `${at}.${key}`;
      const rebuild = Object.hasOwn(allowed, key) ? allowed[key] : undefined;
      if (rebuild !== undefined) {
        if (each !== null) rebuilt[key] = rebuild(each, place);
      } else if (!isEmpty(each)) {
        throw refused(`${JSON.stringify(place)} is not among the fields that may be set`);
      }
    }
    return rebuilt as Fields<S>;
  };
}

function asObject(value: unknown, at: string): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refused(`${at === "" ? "the body" : at} must be an object`, 400);
  }
  return value;
}

function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === null || value === false || value === 0 || value === "";
}
