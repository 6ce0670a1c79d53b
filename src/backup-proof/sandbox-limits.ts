import { readFile } from "node:fs/promises";
import { freemem } from "node:os";

/** What a backup may use up, whatever is in it. */
export interface SandboxLimits {
  /** For the unpacked backup, and as much again for the restored server, in bytes. Both are kept in memory. */
  readonly diskBytes: number;
  /** For the server's processes, in bytes, beside what its files take. */
  readonly memoryBytes: number;
  readonly processes: number;
  /** For restoring, and as much again for checking, in milliseconds. */
  readonly timeMs: number;
  /** Times its size that a compressed file may unpack to. */
  readonly unpackRatio: number;
}

const gibibyte = 2 ** 30;

/** Dumps shrink to a fifth or a tenth, very regular ones to a hundredth; a bomb of zeros to a thousandth. */
const usualRatio = 250;

/** Small files may unpack to this much whatever their ratio: an empty database's dump of some megabytes of white space harms nobody. */
export const harmlessBytes = 64 * 2 ** 20;

/** So much of the memory that is free may hold the files of one sandbox. */
const shareOfFreeMemory = 0.7;

/** The usual limits on this machine: 4 GiB for each of the two, less where less memory is free. */
export async function usualLimits(): Promise<SandboxLimits> {
  const forFiles = Math.floor(((await availableMemory()) * shareOfFreeMemory) / 2);
  return {
    diskBytes: Math.min(4 * gibibyte, forFiles),
    memoryBytes: gibibyte,
    processes: 256,
    timeMs: 30 * 60_000,
    unpackRatio: usualRatio,
  };
}

/** What can be used without swapping, caches included; elsewhere than on Linux what is free. */
async function availableMemory(): Promise<number> {
  const text = await readFile("/proc/meminfo", "utf8").catch(() => "");
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024;
}

const units: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes of a written size: `512m`, `4GiB`, `1048576`. Undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  return amount === undefined ? undefined : Math.floor(Number(amount) * (units[unit.toLowerCase()] ?? 1));
}

/** For sentences: `64 MiB`, `4 GiB`. */
export function formatBytes(bytes: number): string {
  const names = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  const power = Math.min(names.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const amount = bytes / 1024 ** power;
  return `${amount.toFixed(Number.isInteger(amount) || amount >= 100 ? 0 : 1)} ${names[power] ?? ""}`;
}
