import {
  checkAttributes,
  isKnownAttribute,
  misspeltAttribute,
  readAttributes,
  refuseAttributes,
  type AttributePlace,
  type WrittenAttributes,
} from "./attributes.ts";

/** A word of an info string: `key=value`, `key="two words"`, or something else. */
const infoWord = /(?:[^\s"']|"(?:[^"\\]|\\.)*"|'[^']*')+/g;

/**
 * The attributes in a fence's info string, without its language:
 *
 * - as JSON, `{"name":"promote"}`, where every name must be known (Runme's first notation);
 * - as words between braces, `{ name=promote interactive=false }` (its second, which ends at a space or, here, at a quote);
 * - as the same words without braces.
 *
 * Words of other tools (`title="x"`, `linenums="1"`, `{1,3-5}`, `{.bash #id}`) are left alone, unless they are a misspelling of an
 * attribute of ours.
 *
 * @throws HarnessError 65: an unknown or misspelt attribute, or a value that it can't have.
 */
export function fenceAttributes(info: string, place: AttributePlace): WrittenAttributes {
  const { bare, braced } = splitInfo(info);
  if (braced === undefined) return wordAttributes(bare, place);
  // An empty object counts as JSON too.
  const inner = /^\{\s*(?:"|\}$)/.test(braced)
    ? readAttributes(braced, place)
    : wordAttributes(braced.replace(/^\{|\}$/g, ""), place, true);
  return { ...wordAttributes(bare, place), ...inner };
}

/** The first brace that no quoted value holds begins the attributes in braces; they end at the last one. */
function splitInfo(info: string): { bare: string; braced?: string } {
  const quoted = info.replace(/(=)("(?:[^"\\]|\\.)*"|'[^']*')/g, (all: string) => "=".repeat(all.length));
  const start = quoted.indexOf("{");
  if (start === -1) return { bare: info };
  const end = info.lastIndexOf("}");
  const stop = end > start ? end + 1 : info.length;
  return {
    bare: `${info.slice(0, start)} ${info.slice(stop)}`,
    braced: info.slice(start, stop).trim(),
  };
}

function wordAttributes(text: string, place: AttributePlace, inBraces = false): WrittenAttributes {
  const written: Record<string, string> = {};
  for (const [each] of text.matchAll(infoWord)) {
    const [, quotedKey, sign, rest = ""] = /^(["']?[\w./-]+["']?)(=|:|,?$)(.*)$/s.exec(each) ?? [];
    if (quotedKey === undefined) continue;
    const key = quotedKey.replace(/["']/g, "");
    const meant = misspeltAttribute(key);
    if (sign === "=") {
      if (meant !== undefined) refuseAttributes(place, `unknown attribute ${key}; did you mean ${meant}?`);
      if (isKnownAttribute(key)) written[key] = unquoted(rest.replace(/,$/, ""));
    } else if (inBraces && (isKnownAttribute(key) || meant !== undefined)) {
      // Runme passes it over, and nobody would hear of it.
      const name = meant ?? key;
      refuseAttributes(
        place,
        `expected a value as in {"${name}":"…"} or {${name}=…}, found ${each.slice(0, 60)}`,
      );
    }
  }
  return checkAttributes(written, place);
}

function unquoted(value: string): string {
  return /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value;
}
