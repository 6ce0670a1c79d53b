/** What a server or the network said, in one line, with its code where it has one. */
export function failureDetail(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return failureDetail(error.errors[0]);
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const text = error.message.replaceAll(/\s+/g, " ").trim();
  return code === undefined || text.includes(code) ? text : `${code}: ${text}`;
}
