import { HarnessError } from "../../harness-error.ts";
import { parseRunbook } from "../parse.ts";

export const section = (body: string, heading = "## Failover"): string => `${heading}\n\n${body}\n`;
export const fence = (script: string, info = "bash"): string => `\`\`\`${info}\n${script}\n\`\`\``;

export async function stepsOf(markdown: string, slug = "failover") {
  return (await parseRunbook(markdown, "x.md", slug)).steps;
}

export async function refusal(markdown: string, slug?: string): Promise<HarnessError> {
  const error: unknown = await parseRunbook(markdown, "x.md", slug).catch((thrown: unknown) => thrown);
  if (error instanceof HarnessError && error.exitStatus === 65) return error;
  throw new Error(`expected a HarnessError 65, found ${String(error)}`);
}
