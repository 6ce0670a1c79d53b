/** Where a document says something: the line (1-based) and its words. */
export interface DocumentLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** What a document says about its backups and nobody here could read, with the reason. */
export interface NotUnderstood {
  readonly source: DocumentLine;
  /** A sentence. */
  readonly why: string;
}

/** The line alone, without what is known of its place. */
export function lineAt({ file, line, text }: DocumentLine): DocumentLine {
  return { file, line, text };
}
