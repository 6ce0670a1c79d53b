import type { SealedDataDefinition } from "../topology/system-definition.ts";

/** One encrypted value, as a database has it. */
export interface SealedRow {
  readonly id: string;
  readonly sealed: Buffer;
}

/** Encrypted values with the key that an application over them has. */
interface SealedRows {
  readonly rows: readonly SealedRow[];
  readonly key: string;
}

/** How many values the original opens, and how many of those the copy opens to the same. */
export function openSealed(
  definition: Pick<SealedDataDefinition, "open">,
  original: SealedRows,
  copy: SealedRows,
): { readonly kept: number; readonly readable: number } {
  const was = openedBy(definition, original);
  const is = openedBy(definition, copy);
  const readable = [...was].filter(([id, value]) => is.get(id)?.equals(value) === true);
  return { kept: was.size, readable: readable.length };
}

function openedBy(
  { open }: Pick<SealedDataDefinition, "open">,
  { rows, key }: SealedRows,
): Map<string, Buffer> {
  return new Map(
    rows.flatMap(({ id, sealed }) => {
      try {
        return [[id, open(sealed, id, key)] as const];
      } catch {
        return [];
      }
    }),
  );
}
