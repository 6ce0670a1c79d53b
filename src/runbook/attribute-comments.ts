import { distance } from "fastest-levenshtein";

/** A comment that was meant to hold attributes. */
export interface AttributeComment {
  /** `drill`, or the word that stands for it by mistake; empty where there is none. */
  readonly word: string;
  /** From the opening brace on, or whatever stands there. */
  readonly json: string;
  readonly offset: number;
}

const comment = /<!--\s*(?:([A-Za-z-]+)\b\s*:?\s*)?([\s\S]*?)-->/g;

/**
 * Every `<!-- drill {…} -->` in a piece of text, and what is plainly meant to be one: another word within two letters of it before a
 * brace, `drill` before `name=value` words, and an object with quoted keys without any word. A sentence in a comment is none.
 */
export function attributeComments(text: string): AttributeComment[] {
  return [...text.matchAll(comment)].flatMap((match) => {
    const [, word = "", rest = ""] = match;
    const json = rest.trim();
    return isMeant(word, json) ? [{ word, json, offset: match.index }] : [];
  });
}

function isMeant(word: string, rest: string): boolean {
  if (word === "drill") return rest === "" || rest.startsWith("{") || /^\w+\s*[=:]/.test(rest);
  if (!rest.startsWith("{")) return false;
  return word === "" ? /^\{\s*"/.test(rest) : distance(word.toLowerCase(), "drill") <= 2;
}

/** Whether a shell comment, without its hash signs, holds such a comment. */
export function isAttributeComment(text: string): boolean {
  return attributeComments(text).length > 0;
}
