/** One line of what the engine says while it pulls, builds or imports. */
export interface EngineEvent {
  readonly stream?: string;
  readonly status?: string;
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
}

/**
 * Reads to the end what the engine says about a job, which it began by answering "OK". That the job failed is one of its events,
 * and the client library's own follower passes over it.
 *
 * @throws Error with the engine's words when the job failed, or the stream's error.
 */
export async function followEngineEvents(
  stream: NodeJS.ReadableStream,
  onEvent: (event: EngineEvent) => void = () => undefined,
): Promise<void> {
  let rest = "";
  stream.setEncoding("utf8");
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split(/\r?\n/);
    rest = lines.pop() ?? "";
    for (const line of lines) read(line, onEvent);
  }
  read(rest, onEvent);
}

function read(line: string, onEvent: (event: EngineEvent) => void): void {
  if (line.trim() === "") return;
  const event = JSON.parse(line) as EngineEvent;
  if (event.error !== undefined) throw new Error(event.error);
  onEvent(event);
}
