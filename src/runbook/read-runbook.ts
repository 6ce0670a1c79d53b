import { readFile } from "node:fs/promises";
import type { Runbook } from "./model.ts";
import { parseRunbook } from "./parse.ts";
import { runbookError } from "./runbook-error.ts";

/** `FILE[#slug]`, split at the first `#` after the last slash. */
export function splitReference(reference: string): { readonly file: string; readonly slug?: string } {
  const hash = reference.indexOf("#", reference.lastIndexOf("/") + 1);
  if (hash === -1) return { file: reference };
  const slug = reference.slice(hash + 1);
  return slug === "" ? { file: reference.slice(0, hash) } : { file: reference.slice(0, hash), slug };
}

/** @throws HarnessError 65: a file that is missing, can't be read, or is no UTF-8 text. */
export async function readMarkdownFile(file: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    throw runbookError(
      "runbook-not-readable",
      file,
      undefined,
      `expected a Markdown file that can be read, found ${code}`,
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw runbookError(
      "not-markdown",
      file,
      undefined,
      "expected a Markdown document, found bytes that are not UTF-8 text",
    );
  }
}

/**
 * Reads the section that `FILE[#slug]` names.
 *
 * @throws HarnessError 65: as {@link readMarkdownFile} and {@link parseRunbook}.
 */
export async function readRunbook(reference: string): Promise<Runbook> {
  const { file, slug } = splitReference(reference);
  return parseRunbook(await readMarkdownFile(file), file, slug);
}
