/** Exit status by signal, as a shell reports it. */
export const exitStatusOfSignal = { SIGINT: 130, SIGTERM: 143 } as const;

export interface Interruption {
  readonly signal: AbortSignal;
  /** The signal that arrived, if one did. */
  received(): keyof typeof exitStatusOfSignal | undefined;
}

/**
 * Turns Ctrl-C and SIGTERM into an abort, so that the run writes its evidence and cleans up. The same signal within a second
 * counts once: a terminal's process group and `timeout` both deliver it twice. A later one ends the program at once; the
 * watchdog then cleans up.
 */
export function watchForInterruption(
  say: (line: string) => void,
  { keep = false }: { readonly keep?: boolean } = {},
): Interruption {
  const controller = new AbortController();
  let received: keyof typeof exitStatusOfSignal | undefined;
  let receivedAt = 0;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      const now = performance.now();
      if (received === undefined) {
        received = name;
        receivedAt = now;
        say(
          `${name}: ending the run, keeping its evidence and ${keep ? "leaving" : "removing"} its containers; once more to stop waiting for that`,
        );
        controller.abort(name);
      } else if (now - receivedAt > 1000) {
        process.exit(exitStatusOfSignal[received]);
      }
    });
  }
  return { signal: controller.signal, received: () => received };
}
