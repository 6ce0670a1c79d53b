/** Everything that needs no container, side by side. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { project, run } from "./run-tool.mjs";

const sources = ["src", "scenarios", "drills", "proofs", "system", "bench"].filter((folder) =>
  existsSync(join(project, folder)),
);

/**
 * Runs the checks and shows what the failed ones said.
 *
 * @param {string[]} unitTests the command of the unit tests
 * @returns {Promise<number>} 0, or 1 when one failed
 */
export async function runChecks(unitTests) {
  const checks = {
    format: ["prettier", "--check", "--log-level=warn", "."],
    "types and lint": ["oxlint", "--deny-warnings", "."],
    boundaries: ["depcruise", "--config", ".dependency-cruiser.cjs", "--output-type=err", ...sources],
    "dead code": ["knip"],
    "unit tests": unitTests,
  };
  const passed = await Promise.all(
    Object.entries(checks).map(async ([name, argv]) => {
      const { status, output, seconds } = await run(argv, { showOutput: false });
      const verdict = status === 0 ? "ok" : `failed (${argv[0]} ended with ${status})`;
      process.stdout.write(`${status === 0 ? "" : output}${name}: ${verdict}, ${seconds.toFixed(1)} s\n`);
      return status === 0;
    }),
  );
  return passed.every(Boolean) ? 0 : 1;
}
