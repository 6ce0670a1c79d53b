/** Runs `work` while holding this checkout's set-up lock; `say` is told when there is another set-up to wait for. */
export function withSetupLock<T>(say: (line: string) => void, work: () => Promise<T>): Promise<T>;
