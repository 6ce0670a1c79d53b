import { StringDecoder } from "node:string_decoder";
import { Transform } from "node:stream";

type Attributes = Readonly<Record<string, string>>;

/**
 * Lets only those events through whose attributes (a container's labels are among them) are visible. The engine already filters
 * by the run's labels; this takes out the harness's own containers, and does not depend on the first.
 */
export function eventsOfRun(isVisible: (attributes: Attributes) => boolean): Transform {
  const decoder = new StringDecoder();
  let pending = "";
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const lines = (pending + decoder.write(chunk)).split("\n");
      pending = lines.pop() ?? "";
      done(
        null,
        lines
          .filter((line) => lineIsVisible(line, isVisible))
          .map((line) => `${line}\n`)
          .join(""),
      );
    },
    flush(done) {
      done(null, lineIsVisible(pending, isVisible) ? `${pending}\n` : "");
    },
  });
}

function lineIsVisible(line: string, isVisible: (attributes: Attributes) => boolean): boolean {
  if (line.trim() === "") return false;
  try {
    return isVisible((JSON.parse(line) as { Actor?: { Attributes?: Attributes } }).Actor?.Attributes ?? {});
  } catch {
    return false;
  }
}
