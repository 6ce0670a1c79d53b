import { unreachable } from "./denied.ts";

/**
 * What faults cut off from the operator: an engine socket that still reached a container whose region is gone would be a cheat.
 */
export class Reach {
  readonly #cutOff = new Set<string>();
  readonly #streams = new Map<() => void, string>();

  /** Requests to containers of these services fail from now on, and what is open to them ends. */
  cutOff(services: readonly string[]): void {
    for (const service of services) this.#cutOff.add(service);
    for (const [end, service] of this.#streams) {
      if (services.includes(service)) end();
    }
  }

  restore(services: readonly string[]): void {
    for (const service of services) this.#cutOff.delete(service);
  }

  check(service: string): void {
    if (this.#cutOff.has(service)) throw unreachable(service);
  }

  /** Registers an open stream to a container of `service`; call what it returns when the stream is over. */
  hold(service: string | undefined, end: () => void): () => void {
    if (service !== undefined) this.#streams.set(end, service);
    return () => void this.#streams.delete(end);
  }
}
