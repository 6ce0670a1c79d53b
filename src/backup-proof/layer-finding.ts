import { isEncryption, kindNames, type Wrapping } from "./backup-format.ts";
import type { BackupFinding } from "./backup-finding.ts";
import type { DecodedLayer } from "./decode-layer.ts";
import { formatBytes, type SandboxLimits } from "./sandbox-limits.ts";

/** What went on when one wrapping was taken off. */
interface LayerAttempt {
  /** Path of the file on the host. */
  readonly file: string;
  /** Undefined: it was only copied. */
  readonly wrapping: Wrapping | undefined;
  readonly layer: DecodedLayer;
  /** What was there to unpack. */
  readonly bytes: number;
  readonly limits: SandboxLimits;
  /** What it may unpack to by its ratio. */
  readonly ratioLimit: number;
}

/** What is wrong with a wrapping, by how taking it off ended. Undefined when it came off. */
export function layerFinding(attempt: LayerAttempt): BackupFinding | undefined {
  const { wrapping, layer, limits, ratioLimit } = attempt;
  const isFull = layer.bytes > limits.diskBytes || layer.writerStatus !== 0;
  if (layer.bytes > ratioLimit) return bomb(attempt);
  if (isFull) return noSpace(attempt);
  if (layer.exitStatus === 0) return undefined;
  if (layer.exitStatus === 137) {
    return {
      code: "no-memory",
      message: `Unpacking ${attempt.file} needs more memory than ${formatBytes(limits.memoryBytes)}: give more with --memory.`,
    };
  }
  if (layer.exitStatus === 127) {
    return {
      code: "check-not-run",
      message: `${attempt.file} is ${wrapping === undefined ? "a file" : kindNames[wrapping]}, and the image that unpacks it has no program for that (${layer.said}): unpack it first.`,
    };
  }
  return wrapping !== undefined && isEncryption(wrapping) ? notDecryptable(attempt) : damaged(attempt);
}

function bomb({ file, bytes, limits }: LayerAttempt): BackupFinding {
  return {
    code: "decompression-bomb",
    message: `${file} unpacks to more than ${limits.unpackRatio} times its ${formatBytes(bytes)}, which no dump does: it was not unpacked any further.`,
  };
}

function noSpace({ file, limits }: LayerAttempt): BackupFinding {
  return {
    code: "no-space",
    message: `${file} does not fit unpacked into the ${formatBytes(limits.diskBytes)} that it may take: give more with --disk, as far as memory allows.`,
  };
}

function notDecryptable({ file, layer }: LayerAttempt): BackupFinding {
  return {
    code: "not-decryptable",
    message: `${file} can't be decrypted with the key that was given: that is another key, or the file is not as it was written (${firstLine(layer.said)}).`,
  };
}

function damaged({ file, wrapping, layer }: LayerAttempt): BackupFinding {
  const isCut = /unexpected end|unexpected eof|premature end|incomplete/i.test(layer.said);
  const name = wrapping === undefined ? "it can't be copied" : `its ${kindNames[wrapping]} is broken`;
  return isCut
    ? {
        code: "cut-short",
        message: `${file} was cut short: its ${wrapping ?? "content"} ends before its end (${firstLine(layer.said)}); whatever wrote it, or carried it here, ended before it was done.`,
      }
    : {
        code: "damaged",
        message: `${file} is damaged: ${name} (${firstLine(layer.said)}); take another copy of it.`,
      };
}

/** Programs say where they failed in many lines; the first tells. */
function firstLine(said: string): string {
  return (said.split("\n")[0] ?? "").slice(0, 160).trim() || "it gave no reason";
}
