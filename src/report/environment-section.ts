import type { Evidence } from "../evidence/evidence.ts";
import { formatBytes } from "./figures.ts";
import { blocks, codeSpan, escapeText, table } from "./markdown.ts";

/** What the run was made on, and whether the harness was shown to be able to fail there. */
export function environmentSection(evidence: Evidence): string {
  const { environment, runId, seed, startedAt, system } = evidence;
  const commit =
    environment.commit === null
      ? "unknown"
      : `${codeSpan(environment.commit)}${environment.commitIsClean === false ? ", with changed files" : ""}`;
  const rows = [
    ["run", `${codeSpan(runId)}, started ${startedAt}, seed ${codeSpan(seed)}`],
    ["system", codeSpan(system)],
    ["harness", `commit ${commit}, Node ${escapeText(environment.node)}`],
    [
      "engine",
      environment.engine === null
        ? "none was reached"
        : `${escapeText(environment.engine.version)}, API ${escapeText(environment.engine.apiVersion)}`,
    ],
    [
      "machine",
      `${escapeText(environment.platform)}, kernel ${escapeText(environment.kernel)}, ${String(environment.cpus)} CPUs, ${formatBytes(environment.memoryBytes)}${environment.shared ? "; **shared** with other runs, so the figures are not this run's alone" : ""}`,
    ],
  ];
  return blocks("## Environment", table(["", ""], rows), images(evidence), selfTest(evidence));
}

function images({ environment }: Evidence): string {
  if (environment.images.length === 0) return "";
  return table(
    ["image", "what ran", "digest or id", "packages"],
    environment.images.map((image) => [
      codeSpan(image.name),
      codeSpan(image.reference),
      codeSpan(image.digest ?? image.imageId),
      escapeText(
        Object.entries(image.packages)
          .map(([name, version]) => `${name} ${version}`)
          .join(", "),
      ),
    ]),
  );
}

function selfTest({ selfTest: test }: Evidence): string {
  if (test === "not-run") {
    return "Self-test: **not run** on this machine, so that these figures come from a harness that was not shown to be able to fail here. `drill self-test` does that.";
  }
  const commit = test.commit === null ? "" : ` at commit ${codeSpan(test.commit)}`;
  return `Self-test: ${test.result === "passed" ? "passed" : "**failed**"} on ${test.time}${commit}.`;
}

/** Every file that this report is made from, with its digest. `evidenceSha256` is that of `evidence.json` itself. */
export function indexSection({ files }: Evidence, evidenceSha256: string | undefined): string {
  const rows = files.map((file) => [codeSpan(file.path), formatBytes(file.bytes), codeSpan(file.sha256)]);
  if (evidenceSha256 !== undefined) rows.unshift([codeSpan("evidence.json"), "", codeSpan(evidenceSha256)]);
  if (rows.length === 0) return "";
  return blocks(
    "## Index of evidence",
    "`sha256sum` of a file must give the digest that stands here.",
    table(["file", "size", "sha256"], rows, ["left", "right"]),
  );
}
