/**
 * `test.mjs PART… [VITEST-OPTION…]`: runs the parts (`check`, or a Vitest project that needs the engine) one after the other, all of
 * them whatever fails, and ends with the worst status. Its last line counts the tests. Options go to the Vitest projects: `--shard=1/2`.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runChecks } from "./check.mjs";
import { project, run } from "./run-tool.mjs";

const results = join(project, ".cache/test-results");

/** @param {string} name */
function vitest(name) {
  const reporters = [
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${join(results, `${name}.json`)}`,
  ];
  return ["vitest", "run", "--project", name, ...reporters];
}

/**
 * Runs one project on the engine, alone: its figures need the machine to themselves.
 *
 * @param {string} name
 * @param {string[]} options
 */
async function runOnEngine(name, options) {
  const { prepareEngine } = await import("../src/engine/prepare-engine.ts");
  try {
    await prepareEngine();
  } catch (error) {
    if (error.exitStatus === undefined) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitStatus;
  }
  return (await run([...vitest(name), ...options], { showOutput: true })).status;
}

/** From what Vitest wrote, by test; a file that could not be loaded, or a part that wrote nothing, has none and counts as one failed. */
function countTests() {
  const count = { passed: 0, failed: 0 };
  for (const part of parts.map((name) => (name === "check" ? "unit" : name))) {
    const file = join(results, `${part}.json`);
    if (!existsSync(file)) {
      count.failed += 1;
      continue;
    }
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(file, "utf8"));
    const notLoaded = testResults.filter(
      (it) => it.status === "failed" && it.assertionResults.length === 0,
    ).length;
    count.passed += numPassedTests;
    count.failed += numFailedTests + notLoaded;
  }
  return `${count.passed} passed, ${count.failed} failed`;
}

const words = process.argv.slice(2);
const firstOption = words.findIndex((word) => word.startsWith("-"));
const parts = firstOption === -1 ? words : words.slice(0, firstOption);
const options = firstOption === -1 ? [] : words.slice(firstOption);

rmSync(results, { recursive: true, force: true });
let worst = 0;
for (const part of parts) {
  const status = part === "check" ? await runChecks(vitest("unit")) : await runOnEngine(part, options);
  worst = Math.max(worst, status);
}
process.stdout.write(`${countTests()}\n`);
process.exitCode = worst;
