/**
 * Runs `work` while holding the set-up lock, of this checkout by default; `say` is told when there is another set-up to wait for.
 */
export function withSetupLock<T>(
  say: (line: string) => void,
  work: () => Promise<T>,
  lockFile?: string,
): Promise<T>;
