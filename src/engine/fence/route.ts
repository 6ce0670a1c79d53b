import type { Readable } from "node:stream";
import type { EngineCall, EngineClient } from "./engine-client.ts";
import type { OwnRun } from "./own-run.ts";

/** A request that matched a route. */
export interface FenceRequest {
  /** Values of the `{names}` in the route's pattern. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The body as a value; refuses what is not JSON or longer than 1 MiB. */
  readonly json: () => Promise<unknown>;
  /** The body as it comes, for archives. */
  readonly body: Readable;
  /** The engine, at the API version of the request. */
  readonly engine: EngineClient;
  readonly run: OwnRun;
}

/** What the client gets. */
export type FenceReply =
  | { readonly kind: "document"; readonly status: number; readonly document: unknown }
  | {
      /** The engine's answer, streamed. */
      readonly kind: "forward";
      readonly call: EngineCall;
      /** Whose container it is about: the stream ends when that service is cut off. */
      readonly service?: string;
      /** Between the engine's stream and the client. */
      readonly through?: () => NodeJS.ReadWriteStream;
    }
  | {
      /** A raw stream in both directions, when client and engine agree on it. */
      readonly kind: "hijack";
      readonly call: EngineCall;
      readonly service: string;
    };

export interface Route {
  readonly method: EngineCall["method"];
  /** Path without the version; `{name}` is one segment, `{name*}` any number of them. */
  readonly pattern: string;
  readonly handle: (request: FenceRequest) => FenceReply | Promise<FenceReply>;
}

/** Values of the named parameters, each undefined when absent; all others are left behind. */
export function pick(
  query: URLSearchParams,
  ...names: readonly string[]
): Record<string, string | undefined> {
  return Object.fromEntries(names.map((name) => [name, query.get(name) ?? undefined]));
}

/** A parameter of the route's pattern. */
export function parameter(request: FenceRequest, name: string): string {
  return request.parameters[name] ?? "";
}
