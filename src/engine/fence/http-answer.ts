import type { IncomingMessage, ServerResponse } from "node:http";
import { Denied } from "./denied.ts";
import type { EngineIdentity } from "./system-routes.ts";

/** On every answer: clients negotiate their API version by them. */
export function identityHeaders(identity: EngineIdentity): Record<string, string> {
  return {
    "Api-Version": identity.apiVersion,
    Ostype: identity.os,
    "Docker-Experimental": "false",
    Server: "fence",
  };
}

/** What is passed on of the engine's headers. */
export function engineHeaders(answer: IncomingMessage): Record<string, string> {
  const passed = ["content-type", "content-length", "x-docker-container-path-stat"] as const;
  return Object.fromEntries(
    passed.flatMap((name) => {
      const value = answer.headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}

/** A document as bytes with its type: a string is text, everything else JSON. */
export function encodeDocument(document: unknown): { readonly bytes: Buffer; readonly type: string } {
  return typeof document === "string"
    ? { bytes: Buffer.from(document), type: "text/plain; charset=utf-8" }
    : { bytes: Buffer.from(`${JSON.stringify(document)}\n`), type: "application/json" };
}

export function sendDocument(response: ServerResponse, status: number, document: unknown): void {
  const { bytes, type } = encodeDocument(document);
  response.writeHead(status, { "content-type": type, "content-length": bytes.length });
  response.end(bytes);
}

/** What was thrown, as an answer. A defect of the fence denies the request: it never lets it through. */
export function asDenied(error: unknown): Denied {
  if (error instanceof Denied) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Denied(500, `the fence failed on this request: ${message}`, "failure");
}
