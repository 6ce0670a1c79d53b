import { createHash } from "node:crypto";

/**
 * How long after the baseline a run of `--repeat N --seed S` breaks something: somewhere in [0, spreadSeconds), evenly spread, and
 * the same for the same seed and run.
 *
 * @param run 1, 2, 3 …
 */
export function faultDelaySeconds(seed: string, run: number, spreadSeconds: number): number {
  const digest = createHash("sha256").update(`${seed}\n${run}`).digest();
  return (digest.readUIntBE(0, 6) / 2 ** 48) * spreadSeconds;
}
