import Docker from "dockerode";
import { expect, test } from "vitest";
import { execInContainer } from "../exec.ts";
import { startFencedRun } from "./fenced-run.ts";

const pairs = 40;

/**
 * The same exec on the engine's socket and on the fence's, in turns, so that whatever else the machine does hits both. The median of
 * the differences is what the fence costs.
 */
test("the fence adds less than 5 ms to an exec", { timeout: 120_000 }, async () => {
  await using run = await startFencedRun();
  await run.operate("docker-compose up -d --no-deps backend");
  const container = `${run.project}-backend-1`;
  const fenced = new Docker({ socketPath: run.fence.socketPath });

  const millisecondsOf = async (docker: Docker): Promise<number> => {
    const before = performance.now();
    await execInContainer(docker, container, ["true"]);
    return performance.now() - before;
  };
  const bare: number[] = [];
  const added: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const fencedFirst = pair % 2 === 0 ? await millisecondsOf(fenced) : undefined;
    const direct = await millisecondsOf(run.docker);
    bare.push(direct);
    added.push((fencedFirst ?? (await millisecondsOf(fenced))) - direct);
  }
  console.log(
    `exec: ${median(bare).toFixed(1)} ms bare, the fence adds ${median(added).toFixed(1)} ms (medians of ${pairs})`,
  );
  expect(median(added)).toBeLessThan(5);
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
