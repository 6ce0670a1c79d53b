const mostLines = 60;
const mostCharacters = 6000;

/** The beginning and the end of a long output, and how much is left out: the whole of it stands in `evidence.json`. */
export function shorten(output: string): string {
  const lines = output.replace(/\n+$/, "").split("\n");
  if (lines.length > mostLines) {
    const half = mostLines / 2;
    const left = lines.length - mostLines;
    return shortenCharacters(
      [...lines.slice(0, half), `[… ${String(left)} lines, see evidence.json …]`, ...lines.slice(-half)].join(
        "\n",
      ),
    );
  }
  return shortenCharacters(lines.join("\n"));
}

function shortenCharacters(text: string): string {
  if (text.length <= mostCharacters) return text;
  const half = mostCharacters / 2;
  const left = text.length - mostCharacters;
  return `${text.slice(0, half)}\n[… ${String(left)} characters, see evidence.json …]\n${text.slice(-half)}`;
}
