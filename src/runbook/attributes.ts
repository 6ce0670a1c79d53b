import { z } from "zod";
import { parseDurationMs } from "./duration.ts";
import { effectNames } from "./effect.ts";
import type { EffectName, StepAttributes } from "./model.ts";
import { runbookError } from "./runbook-error.ts";

/** The attributes of a step, with the effect beside those that the step keeps. */
export interface WrittenAttributes extends StepAttributes {
  readonly effect?: EffectName;
}

/** What Runme's own attributes may be called: they are allowed, and mean nothing here. */
const runmeOnly = new Set(
  "id background category closeTerminalOnSuccess openTerminalOnSuccess interactive mimeType promptEnv tag terminalRows".split(
    " ",
  ),
);

const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((word) => word === "true")]);

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

const schema = z.strictObject({
  name: z.string().min(1).optional(),
  cwd: z.string().min(1).optional(),
  timeout: duration.optional(),
  expect: expectation.optional(),
  effect: z.enum(effectNames).optional(),
  verify: flag.optional(),
  onFailure: z.enum(["continue", "stop"]).optional(),
  excludeFromRunAll: flag.optional(),
});

/**
 * Attributes as JSON, from the info string of a fence (Runme's notation) or from a comment `<!-- drill {…} -->`.
 *
 * @throws HarnessError 65: no JSON object, an unknown attribute, or a value that it can't have.
 */
export function readAttributes(json: string, file: string, line: number): WrittenAttributes {
  const refuse = (detail: string) => runbookError("bad-attribute", file, line, `step attributes: ${detail}`);
  let written: unknown;
  try {
    written = JSON.parse(json);
  } catch {
    throw refuse(`expected a JSON object like {"name":"promote"}, found ${json.slice(0, 60)}`);
  }
  if (typeof written !== "object" || written === null || Array.isArray(written)) {
    throw refuse(`expected a JSON object like {"name":"promote"}, found ${json.slice(0, 60)}`);
  }
  const own = Object.fromEntries(Object.entries(written).filter(([name]) => !runmeOnly.has(name)));
  const result = schema.safeParse(own);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw refuse(issue === undefined ? "not understood" : describeIssue(issue));
  }
  const { timeout, ...rest } = result.data;
  const entries = Object.entries({ ...rest, timeoutMs: timeout }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    return `unknown attribute ${issue.keys.join(", ")}; known are ${Object.keys(schema.shape).join(", ")}`;
  }
  return `${issue.path.join(".")}: ${issue.message}`;
}

/** The attributes in a fence's info string; undefined where it has none of ours (`title="x"`, line numbers to highlight). */
export function fenceAttributes(info: string, file: string, line: number): WrittenAttributes {
  const start = info.indexOf("{");
  if (start === -1 || info.slice(0, start).includes("=")) return {};
  const written = info.slice(start).trim();
  if (/^\{[\d\s,-]*\}/.test(written)) return {};
  return readAttributes(written, file, line);
}

/** The JSON of every `<!-- drill {…} -->` in a piece of text. */
export function attributeComments(text: string): { readonly json: string; readonly offset: number }[] {
  return [...text.matchAll(/<!--\s*drill\b([\s\S]*?)-->/g)].map((match) => ({
    json: (match[1] ?? "").trim(),
    offset: match.index,
  }));
}
