import { Agent, request } from "node:http";
import type { IncomingMessage } from "node:http";

/** What the workload reads of a running container in the engine's list. */
export interface ListedContainer {
  readonly Id: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly Ports: readonly { readonly PrivatePort: number; readonly PublicPort?: number }[];
}

export interface ContainerEvent {
  readonly Action: string;
  readonly id: string;
}

/**
 * The three requests to the engine that clients of a store make before each connect and while they wait. Over a connection of its own,
 * because the workload's thread may never wait for another one, and without a library, because a read has to cost less than a
 * millisecond.
 */
export class EngineClient {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Running containers that carry every one of the labels. */
  async listRunning(labels: readonly string[], timeoutMs: number): Promise<readonly ListedContainer[]> {
    const filters = encodeURIComponent(JSON.stringify({ label: labels }));
    return (await this.#get(`/containers/json?filters=${filters}`, timeoutMs)) as readonly ListedContainer[];
  }

  /** Environment of a container, by name. */
  async environment(containerId: string, timeoutMs: number): Promise<ReadonlyMap<string, string>> {
    const details = (await this.#get(`/containers/${containerId}/json`, timeoutMs)) as {
      readonly Config: { readonly Env: readonly string[] | null };
    };
    return new Map(
      (details.Config.Env ?? []).map((line) => {
        const at = line.indexOf("=");
        return [line.slice(0, at), line.slice(at + 1)];
      }),
    );
  }

  /**
   * Follows container events until `signal` ends it.
   *
   * @param onOpen called when the engine has begun to report.
   * @returns when the engine ended the stream, or could not be asked.
   */
  async followEvents(
    labels: readonly string[],
    actions: readonly string[],
    onOpen: () => void,
    onEvent: (event: ContainerEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const filters = encodeURIComponent(
      JSON.stringify({ type: ["container"], label: labels, event: actions }),
    );
    const response = await this.#open(`/events?filters=${filters}`, { signal });
    if (response.statusCode !== 200) throw new Error(`engine: /events gave ${String(response.statusCode)}`);
    onOpen();
    let rest = "";
    for await (const chunk of response.setEncoding("utf8")) {
      const lines = (rest + (chunk as string)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") onEvent(JSON.parse(line) as ContainerEvent);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #get(path: string, timeoutMs: number): Promise<unknown> {
    const response = await this.#open(path, { signal: AbortSignal.timeout(timeoutMs), agent: this.#agent });
    let body = "";
    for await (const chunk of response.setEncoding("utf8")) body += chunk as string;
    if (response.statusCode !== 200)
      throw new Error(`engine: ${path} gave ${String(response.statusCode)}: ${body}`);
    return JSON.parse(body);
  }

  #open(path: string, options: { signal: AbortSignal; agent?: Agent }): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      request({ socketPath: this.#socketPath, path, ...options }, resolve)
        .once("error", reject)
        .end();
    });
  }
}
