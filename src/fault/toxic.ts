import { isDeepStrictEqual } from "node:util";
import type { Proxy, ToxicAttributeTypes, ToxicType } from "toxiproxy-node-client";
import { HarnessError } from "../harness-error.ts";
import type { StartedLink } from "../topology/started-topology.ts";
import { linkText, type Direction } from "./link-of.ts";

/** Something that Toxiproxy does to the data of a link in one direction. */
export interface ToxicDefinition {
  readonly type: ToxicType;
  readonly stream: Direction;
  readonly attributes: Readonly<Record<string, number>>;
}

/** A toxic that is in place. */
export interface PlacedToxic {
  readonly link: StartedLink;
  readonly name: string;
  readonly definition: ToxicDefinition;
}

/**
 * Adds a toxic to a link, for connections that are open already too, and reads it back.
 *
 * Throws a {@link HarnessError} when Toxiproxy refuses it, or has something else than what was asked for.
 */
export async function placeToxic(link: StartedLink, definition: ToxicDefinition): Promise<PlacedToxic> {
  const { attributes, stream, type } = definition;
  const placed = { link, name: `drill-${type}-${stream}`, definition };
  try {
    await link.proxy.addToxic({
      name: placed.name,
      type,
      stream,
      toxicity: 1,
      attributes: { ...attributes } as ToxicAttributeTypes,
    });
  } catch (cause) {
    throw new HarnessError(
      `Expected Toxiproxy to take the toxic ${placed.name} on the link ${linkText(link)}, found ${messageOf(cause)}; lift what is there first.`,
      { code: "toxic-not-set", exitStatus: 70, cause },
    );
  }
  const found = await readToxics(link);
  if (isInPlace(placed, found)) return placed;
  await removeToxic(placed);
  throw new HarnessError(
    `Expected the toxic ${placed.name} with ${JSON.stringify(attributes)} on the link ${linkText(link)}, found ${JSON.stringify(found)}; lift what is there first.`,
    { code: "toxic-not-set", exitStatus: 70 },
  );
}

/** Adds toxics at the same time; if one is not taken, none stays. */
export async function placeToxics(
  wanted: readonly { readonly link: StartedLink; readonly definition: ToxicDefinition }[],
): Promise<readonly PlacedToxic[]> {
  const results = await Promise.allSettled(
    wanted.map(({ definition, link }) => placeToxic(link, definition)),
  );
  const placed = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = results.find((result) => result.status === "rejected");
  if (failed === undefined) return placed;
  await Promise.all(placed.map(removeToxic));
  throw failed.reason;
}

/** Removes a toxic; that it is gone already is as good. */
export async function removeToxic({ link, name }: PlacedToxic): Promise<void> {
  const found = await readToxics(link);
  if (!found.some((toxic) => toxic.name === name)) return;
  const toxic = await link.proxy.getToxic(name);
  await toxic.remove();
}

/** What Toxiproxy says of a link: which of the toxics are in place, and what else there is to say. */
export async function observeToxics(
  placed: readonly PlacedToxic[],
): Promise<{ readonly inForce: boolean; readonly detail: string }> {
  const looks = await Promise.all(
    placed.map(async (toxic) => {
      const found = await readToxics(toxic.link);
      const inPlace = isInPlace(toxic, found);
      const what = `${toxic.definition.type} ${toxic.definition.stream} on ${linkText(toxic.link)}`;
      return {
        inPlace,
        detail: inPlace ? `${what}: ${JSON.stringify(toxic.definition.attributes)}` : `${what}: gone`,
      };
    }),
  );
  return {
    inForce: looks.every(({ inPlace }) => inPlace),
    detail: looks.map(({ detail }) => detail).join("; "),
  };
}

interface FoundToxic {
  readonly name: string;
  readonly type: string;
  readonly stream: string;
  readonly toxicity: number;
  readonly attributes: object;
}

/** Asked of Toxiproxy each time. */
async function readToxics({ proxy }: StartedLink): Promise<readonly FoundToxic[]> {
  const { data } = await proxy.api.get<{ readonly enabled: boolean; readonly toxics: readonly FoundToxic[] }>(
    pathOf(proxy),
  );
  return data.enabled ? data.toxics : [];
}

function pathOf(proxy: Proxy): string {
  return proxy.getPath();
}

function isInPlace({ definition, name }: PlacedToxic, found: readonly FoundToxic[]): boolean {
  return found.some(
    (toxic) =>
      toxic.name === name &&
      toxic.type === definition.type &&
      toxic.stream === definition.stream &&
      toxic.toxicity === 1 &&
      isDeepStrictEqual({ ...toxic.attributes }, { ...definition.attributes }),
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
