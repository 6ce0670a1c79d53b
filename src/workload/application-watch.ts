import { setTimeout as delay } from "node:timers/promises";
import type { EngineClient } from "./engine-client.ts";

/** Before the engine is asked again after it ended the stream of events. */
const reconnectMs = 100;

export interface ApplicationListener {
  /** A container of the application ended. */
  ended(containerId: string): void;
  /** It runs again (a restart keeps the id). */
  started(containerId: string): void;
  /** Events may have been missed: whatever was known of containers and connections is in doubt. */
  missed(): void;
}

/**
 * Tells when containers of the application end and start, so that the direct clients lose their connections as the application does.
 * The workload's own thread listens, for a busy main thread would tell it late.
 */
export async function watchApplication(
  engine: EngineClient,
  project: string,
  listener: ApplicationListener,
  signal: AbortSignal,
): Promise<void> {
  let opened = false;
  while (!signal.aborted) {
    try {
      await engine.followEvents(
        [`com.docker.compose.project=${project}`],
        ["die", "start"],
        () => {
          if (opened) listener.missed();
          opened = true;
        },
        ({ Action, id }) => (Action === "start" ? listener.started(id) : listener.ended(id)),
        signal,
      );
    } catch {
      // The engine went away; the next opening says that events were missed.
    }
    await delay(reconnectMs, undefined, { signal }).catch(() => undefined);
  }
}
