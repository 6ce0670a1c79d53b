import type { Evidence } from "../evidence/evidence.ts";
import { formatSeconds } from "./figures.ts";
import { blocks, escapeText, table } from "./markdown.ts";

type Look = Evidence["retention"][number];
type Backup = Look["backups"][number];

/** What was kept and deleted of backups that were there before the procedure; nothing where none was laid. */
export function retentionSection({ retention }: Evidence): string {
  if (retention.length === 0) return "";
  return blocks("## What was kept", ...retention.map(look));
}

function look({ backups, observedAtSeconds, promised, promisedSeconds, source }: Look): string {
  const places = [...new Set(backups.map(({ place }) => place))];
  const names = [...new Set(backups.map(({ backup }) => backup))];
  return blocks(
    `Looked at ${formatSeconds(observedAtSeconds)} into the run; ${promised === "instants" ? "promised is each instant of the last" : "promised are"} ${days(promisedSeconds)} (${escapeText(source.file)}, line ${String(source.line)}):`,
    table(
      [
        "backup",
        "age",
        "is",
        "has to be",
        ...places.map((place) =>
          place.startsWith("archive on ") ? escapeText(place) : `on ${escapeText(place)}`,
        ),
      ],
      names.map((name) => {
        const copies = backups.filter(({ backup }) => backup === name);
        const [first] = copies;
        return [
          escapeText(name),
          first === undefined ? "" : days(first.ageSeconds),
          first === undefined ? "" : quality(first),
          first === undefined ? "" : expectation[first.due],
          ...places.map((place) => found(copies.find((copy) => copy.place === place))),
        ];
      }),
      ["left", "right"],
    ),
  );
}

const expectation: Readonly<Record<Backup["due"], string>> = {
  keep: "kept",
  delete: "gone",
  either: "either",
};

const foundWords: Readonly<Record<Backup["found"], string>> = {
  whole: "kept",
  incomplete: "kept in part",
  hidden: "kept as an old version or under another name",
  gone: "gone",
};

function quality({ good, isLastGood }: Backup): string {
  if (isLastGood) return "good, the last one";
  return good ? "good" : "failed";
}

function found(copy: Backup | undefined): string {
  if (copy === undefined) return "";
  return copy.holds ? foundWords[copy.found] : `**${foundWords[copy.found]}**`;
}

function days(seconds: number): string {
  return `${String(Number((seconds / 86_400).toFixed(2)))} d`;
}
