import type { Evidence } from "../evidence/evidence.ts";

export interface DistinctReason {
  readonly code: string;
  /** The sentence, and how often it holds where that is more than once. */
  readonly message: string;
}

/** Every reason once: a procedure that is followed for each of several instants fails at the same line each time. */
export function distinctReasons({ reasons }: Pick<Evidence, "reasons">): readonly DistinctReason[] {
  const groups = Map.groupBy(reasons, ({ code, message }) => `${code}: ${message}`);
  return [...groups.values()].flatMap(([first, ...again]) =>
    first === undefined
      ? []
      : [
          {
            code: first.code,
            message: again.length === 0 ? first.message : `${first.message} (${again.length + 1} times)`,
          },
        ],
  );
}
