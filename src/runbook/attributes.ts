import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import { attributeComments } from "./attribute-comments.ts";
import { parseDurationMs } from "./duration.ts";
import { effectNames } from "./effect.ts";
import type { EffectName, StepAttributes } from "./model.ts";
import { runbookError } from "./runbook-error.ts";

/** The attributes of a step, with the effect beside those that the step keeps. */
export interface WrittenAttributes extends StepAttributes {
  readonly effect?: EffectName;
}

/** Runme's attributes that mean nothing here (its documentation of cell-level options, and its schema of annotations). */
const runmeOnly = new Set(
  (
    "id background category closeTerminalOnSuccess interactive interpreter mimeType openTerminalOnLaunch openTerminalOnSuccess " +
    "promptEnv tag terminalRows"
  ).split(" "),
);
const isRunmeOnly = (name: string): boolean => runmeOnly.has(name) || name.startsWith("runme.dev/");

const flag = z.union([
  z.boolean(),
  z
    .string()
    .toLowerCase()
    .pipe(z.enum(["true", "false"]))
    .transform((word) => word === "true"),
]);

const duration = z.string().transform((text, context) => {
  const ms = parseDurationMs(text);
  if (ms !== undefined && ms > 0) return ms;
  context.addIssue({ code: "custom", message: `expected a duration like "90s", found "${text}"` });
  return z.NEVER;
});

const expectation = z.union([z.number(), z.string()]).transform((written, context) => {
  const text = String(written);
  if (/^\d{1,3}$/.test(text) && Number(text) <= 255) return { exitStatus: Number(text) };
  const [, source, flags] = /^\/(.+)\/([imsu]*)$/s.exec(text) ?? [];
  if (source !== undefined) {
    try {
      return { output: new RegExp(source, flags) };
    } catch {
      // Falls through to the one message for every bad value.
    }
  }
  context.addIssue({
    code: "custom",
    message: `expected an exit status or a /regular expression/, found "${text}"`,
  });
  return z.NEVER;
});

/** Runme writes an attribute that is not set as an empty text. */
const word = z.string().transform((text) => (text === "" ? undefined : text));

const schema = z.strictObject({
  name: word.optional(),
  cwd: word.optional(),
  timeout: duration.optional(),
  expect: expectation.optional(),
  effect: z.enum(effectNames).optional(),
  verify: flag.optional(),
  onFailure: z.enum(["continue", "stop"]).optional(),
  excludeFromRunAll: flag.optional(),
});

const ownNames = Object.keys(schema.shape);

/** Where attributes stand, for the message when they are wrong. */
export interface AttributePlace {
  readonly file: string;
  readonly line: number;
}

/** @throws HarnessError 65 */
export function refuseAttributes({ file, line }: AttributePlace, detail: string): never {
  throw runbookError("bad-attribute", file, line, `step attributes: ${detail}`);
}

/**
 * Attributes as JSON, from the info string of a fence (Runme's notation) or from a comment `<!-- drill {…} -->`.
 *
 * @throws HarnessError 65: no JSON object, an unknown attribute, or a value that it can't have.
 */
export function readAttributes(json: string, place: AttributePlace): WrittenAttributes {
  let written: unknown;
  try {
    written = JSON.parse(json);
  } catch {
    written = undefined;
  }
  if (typeof written !== "object" || written === null || Array.isArray(written)) {
    refuseAttributes(place, `expected a JSON object like {"name":"promote"}, found ${json.slice(0, 60)}`);
  }
  return checkAttributes(written, place);
}

/** Runme's own attributes are allowed, and mean nothing. @throws HarnessError 65 */
export function checkAttributes(written: object, place: AttributePlace): WrittenAttributes {
  const own = Object.fromEntries(Object.entries(written).filter(([name]) => !isRunmeOnly(name)));
  const result = schema.safeParse(own);
  if (!result.success) {
    const [issue] = result.error.issues;
    refuseAttributes(place, issue === undefined ? "not understood" : describeIssue(issue, own));
  }
  const { timeout, ...rest } = result.data;
  const entries = Object.entries({ ...rest, timeoutMs: timeout }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

function describeIssue(issue: z.core.$ZodIssue, written: Readonly<Record<string, unknown>>): string {
  if (issue.code === "unrecognized_keys") {
    const [first = ""] = issue.keys;
    return `unknown attribute ${issue.keys.join(", ")}; did you mean ${closest(first, ownNames)}? Known are ${ownNames.join(", ")}`;
  }
  const name = issue.path.join(".");
  const value = written[name];
  if (issue.code === "invalid_value" && typeof value === "string") {
    const values = issue.values.map(String);
    return `${name}: expected one of ${values.join(", ")}, found ${value}; did you mean ${closest(value, values)}?`;
  }
  return `${name}: ${issue.message}`;
}

/** One of ours, or of Runme's. */
export function isKnownAttribute(name: string): boolean {
  return ownNames.includes(name) || isRunmeOnly(name);
}

/** The attribute of ours that a word is a misspelling of; short names have too many neighbours to tell. */
export function misspeltAttribute(written: string): string | undefined {
  if (isKnownAttribute(written)) return undefined;
  const nearest = closest(written, ownNames);
  const limit = nearest.length <= 3 ? 0 : nearest.length <= 5 ? 1 : 2;
  const isSame = nearest.toLowerCase() === written.toLowerCase();
  return isSame || distance(nearest, written) <= limit ? nearest : undefined;
}

/**
 * The attributes of every `<!-- drill {…} -->` in a piece of text, with their line.
 *
 * @param line Of the text's first line.
 * @throws HarnessError 65, also where the word is misspelt or missing.
 */
export function commentAttributes(
  text: string,
  { file, line }: AttributePlace,
): { readonly attributes: WrittenAttributes; readonly line: number }[] {
  return attributeComments(text).flatMap(({ word: name, json, offset }) => {
    const place = { file, line: line + text.slice(0, offset).split("\n").length - 1 };
    if (name === "drill") return [{ attributes: readAttributes(json, place), line: place.line }];
    if (name === "" && !namesOwnAttribute(json)) return [];
    const found = name === "" ? "a comment without that word" : `the word ${name}`;
    return refuseAttributes(place, `expected <!-- drill ${json.slice(0, 60)} -->, found ${found}`);
  });
}

/** An object in a comment may be another tool's: `name` and `cwd` alone say nothing. */
function namesOwnAttribute(json: string): boolean {
  const keys = [...json.matchAll(/"(\w+)"\s*:/g)].map(([, key = ""]) => key);
  return keys.some((key) => key !== "name" && key !== "cwd" && ownNames.includes(key));
}
