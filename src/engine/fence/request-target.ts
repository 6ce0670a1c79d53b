import { refused } from "./denied.ts";

/** What a request asks for, after decoding once and checking; nothing of the raw text is used after this. */
export interface RequestTarget {
  /** API version as the client stated it, for instance `1.41`; undefined when the path has none. */
  readonly version?: string;
  /** Decoded path without the version, beginning with a slash, no empty or dot segments. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Versions below it give old meanings to the same requests: `1.23` took a HostConfig when a container was started. */
const oldestVersion = { major: 1, minor: 41 };

/**
 * Decodes the target of a request line, as the engine would (once, slashes included), and refuses every form that could mean
 * one thing here and another thing there.
 */
export function readRequestTarget(raw: string, newestVersion: string): RequestTarget {
  if (!raw.startsWith("/") || raw.includes("#")) throw refused("the request target is not a plain path", 400);
  const queryAt = raw.indexOf("?");
  const decoded = decodeOnce(queryAt < 0 ? raw : raw.slice(0, queryAt));
  if (!/^[\x21-\x7e]*$/.test(decoded) || decoded.includes("\\")) {
    throw refused("the path holds characters outside printable ASCII", 400);
  }
  const segments = decoded.slice(1).split("/");
  if (segments.some((segment) => segment === "" || segment === "." || segment === "..")) {
    throw refused("the path holds an empty or a dot segment", 400);
  }
  const query = new URLSearchParams(queryAt < 0 ? "" : raw.slice(queryAt + 1));
  const [first = "", ...rest] = segments;
  if (!/^v[0-9]/.test(first)) return { path: decoded, query };
  return { version: checkVersion(first.slice(1), newestVersion), path: `/${rest.join("/")}`, query };
}

function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused("the path is not valid percent-encoding", 400);
  }
}

function checkVersion(stated: string, newest: string): string {
  const version = parseVersion(stated);
  const newestVersion = parseVersion(newest);
  if (version === undefined || newestVersion === undefined)
    throw refused(`API version ${stated} is not a version`, 400);
  if (isOlder(version, oldestVersion)) throw refused(`API version ${stated} is older than 1.41`, 400);
  if (isOlder(newestVersion, version))
    throw refused(`API version ${stated} is newer than the engine's ${newest}`, 400);
  return `${version.major}.${version.minor}`;
}

function parseVersion(text: string): { major: number; minor: number } | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})$/.exec(text);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

function isOlder(a: { major: number; minor: number }, b: { major: number; minor: number }): boolean {
  return a.major < b.major || (a.major === b.major && a.minor < b.minor);
}
