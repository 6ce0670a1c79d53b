// Runbooks that are broken on purpose: each takes the corrected procedure and spoils one thing in it.

/** Replaces one piece of text that stands exactly once. A runbook that changed underneath must not turn a proof into a plain run. */
export function replacing(found: string, replacement: string): (markdown: string) => string {
  return (markdown) => {
    const pieces = markdown.split(found);
    if (pieces.length !== 2)
      throw new TypeError(
        `expected ${JSON.stringify(found)} once in the runbook, found it ${pieces.length - 1} times`,
      );
    return pieces.join(replacement);
  };
}

/** Several edits, one after the other. */
export function all(...edits: readonly ((markdown: string) => string)[]): (markdown: string) => string {
  return (markdown) => edits.reduce((text, edit) => edit(text), markdown);
}

export const databaseRunbook = "runbooks/database-failover.md#manual-failover";
export const redisRunbook = "runbooks/redis-failover.md#redis-failover";
export const documentedDatabase = "runbooks/as-documented.md#manual-failover";
export const documentedRedis = "runbooks/as-documented.md#redis-failover";

/** The corrected procedure under a document that promises more than it can keep. */
export function promising(objectives: string) {
  return {
    reference: databaseRunbook,
    edit: replacing("## Manual Failover\n", `## Objectives\n\n${objectives}\n\n## Manual Failover\n`),
  };
}
