import { loadDefinitions } from "../authoring/catalogue.ts";
import { runProof, type ProofDefinition } from "../authoring/proof.ts";
import { readCommit } from "../authoring/environment.ts";
import { forgetSelfTest, writeSelfTest } from "../authoring/self-test-record.ts";
import { temporaryRunOptions } from "../authoring/temporary-run.ts";
import { prepareEngine } from "../engine/prepare-engine.ts";
import { exitStatusOfSignal, watchForInterruption } from "./interruption.ts";
import { showProgress } from "./progress.ts";

/** `drill self-test`: the short proofs, for real. Later reports carry its result as long as neither code nor images change. */
export async function selfTestCommand(options: { readonly json: boolean }): Promise<number> {
  const proofs = (await loadDefinitions("proofs", ".proof.ts", isProof)).filter((proof) => proof.short);
  const interruption = watchForInterruption((line) => process.stderr.write(`${line}\n`));
  const say = (line: string) => {
    if (!options.json) process.stdout.write(`${line}\n`);
  };
  await prepareEngine();
  await forgetSelfTest();
  const results: { title: string; passed: boolean; differences: readonly string[] }[] = [];
  const imageIds = new Set<string>();
  for (const proof of proofs) {
    const progress = showProgress();
    const run = {
      ...(await temporaryRunOptions(proof.name)),
      signal: interruption.signal,
      observer: progress,
    };
    const { evidence, differences } = await runProof(proof, run).finally(() => progress.done());
    const signal = interruption.received();
    if (signal !== undefined) return exitStatusOfSignal[signal];
    for (const image of evidence.environment.images) imageIds.add(image.imageId);
    results.push({ title: proof.title, passed: differences.length === 0, differences });
    say(`${differences.length === 0 ? "caught " : "NOT CAUGHT"} ${proof.title}`);
    for (const difference of differences) say(`        ${difference}`);
  }
  const result = results.length > 0 && results.every((one) => one.passed) ? "passed" : "failed";
  await writeSelfTest({
    result,
    commit: (await readCommit()).commit,
    imageIds: [...imageIds].sort(),
    time: new Date().toISOString(),
  });
  if (options.json) process.stdout.write(`${JSON.stringify({ result, proofs: results }, undefined, 2)}\n`);
  else
    say(
      `Self-test ${result}: ${results.filter((one) => one.passed).length} of ${results.length} planted defects were caught.`,
    );
  return result === "passed" ? 0 : 1;
}

function isProof(value: unknown): value is ProofDefinition {
  return typeof value === "object" && value !== null && "expect" in value && "scenario" in value;
}
