/**
 * Replaces each `${NAME}` that `values` has. Others stay as they are: a Compose file and a shell script have `${…}` of their own,
 * which have to reach their reader.
 */
export function renderTemplate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{([A-Z][A-Z0-9_]*)\}/g, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? placeholder) : placeholder,
  );
}

/** Every value rendered. */
export function renderValues(
  texts: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, renderTemplate(text, values)]),
  );
}
