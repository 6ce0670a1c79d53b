import { listOf, text } from "./allow-list.ts";
import { refused } from "./denied.ts";

/**
 * The `filters` parameter of a listing, made anew: what the client asked for among `allowed` keys, and always the labels of the
 * run, which the engine joins with "and".
 */
export function rebuildFilters(
  raw: string | null,
  allowed: readonly string[],
  labels: Readonly<Record<string, string>>,
): string {
  const filters = new Map<string, string[]>();
  for (const [key, value] of Object.entries(raw === null || raw === "" ? {} : parseObject(raw))) {
    if (!allowed.includes(key)) throw refused(`a listing can't be filtered by ${JSON.stringify(key)}`);
    filters.set(key, readValues(value, key));
  }
  const forced = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  filters.set("label", [...(filters.get("label") ?? []), ...forced]);
  return JSON.stringify(Object.fromEntries(filters));
}

/** `{"label":{"a=b":true}}`, or the older `{"label":["a=b"]}`. */
function readValues(value: unknown, key: string): string[] {
  if (Array.isArray(value)) return listOf(text)(value, `filters.${key}`);
  if (typeof value !== "object" || value === null) throw refused(`filters.${key} is not a filter`, 400);
  if (!Object.values(value).every((each) => each === true))
    throw refused(`filters.${key} is not a filter`, 400);
  return Object.keys(value);
}

function parseObject(raw: string): object {
  try {
    const parsed: unknown = JSON.parse(raw);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Refused below, as everything else that is not an object.
  }
  throw refused("filters is not a JSON object", 400);
}
