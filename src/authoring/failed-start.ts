import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Engine } from "../engine/engine.ts";
import { HarnessError } from "../harness-error.ts";
import { nothingCollected, type Collected } from "./collect.ts";
import { logsFolder, recordContainers } from "./container-records.ts";
import type { OpenedRun } from "./open-run.ts";

/** What a system that did not come up left in the evidence. */
export interface FailedStart {
  /** Puts the containers' logs, redacted, into the evidence; to be called before the containers are removed. Never throws. */
  record(engine: Engine): Promise<void>;
  readonly collected: Collected;
  /** The same error without a secret, which also says where the logs are. */
  explain(error: unknown): unknown;
}

/** How long recording may hold up the removal: an engine that no longer answers must not keep an interrupted run from ending. */
const recordWithinMs = 10_000;

export function failedStart({ options, redact, runId }: OpenedRun): FailedStart {
  const { outDirectory } = options;
  const missing: Collected["missing"][number][] = [];
  let recorded = 0;
  return {
    collected: { ...nothingCollected, missing },
    async record({ docker }) {
      const ended = new AbortController();
      try {
        recorded = await Promise.race([
          recordContainers(docker, runId, outDirectory, redact),
          pastDeadline(ended.signal),
        ]);
      } catch (error) {
        missing.push({ what: "logs of the containers", why: redact(messageOf(error)) });
      } finally {
        ended.abort();
      }
    },
    explain(error) {
      if (!(error instanceof HarnessError)) return error;
      const where = recorded === 0 ? "" : `; the containers' logs are in ${join(outDirectory, logsFolder)}`;
      const { cause, code, exitStatus } = error;
      return new HarnessError(`${redact(error.message).replace(/\.$/, "")}${where}.`, {
        code,
        exitStatus,
        cause,
      });
    },
  };
}

async function pastDeadline(signal: AbortSignal): Promise<never> {
  await pause(recordWithinMs, undefined, { signal });
  throw new Error(`they could not be read within ${recordWithinMs / 1000} s`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
