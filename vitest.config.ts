import { defineConfig } from "vitest/config";

/** Runs that are measured need the machine to themselves: one file after the other, one test after the other. */
const alone = { fileParallelism: false, maxConcurrency: 1 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        // Pure logic: no container, no network; runs in `npm run check`.
        test: {
          name: "unit",
          include: ["src/**/*.test.ts"],
          exclude: ["src/**/*.engine.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        // Contracts of single parts against the real engine and real servers.
        test: {
          name: "engine",
          include: ["src/**/*.engine.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          ...alone,
        },
      },
      {
        // Whole scenarios and planted defects. The adapter makes a test of each that a file defines.
        test: {
          name: "drill",
          include: ["scenarios/**/*.scenario.ts", "proofs/**/*.proof.ts", "proofs/**/*.test.ts"],
          setupFiles: ["src/authoring/vitest-adapter.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          ...alone,
        },
      },
      {
        // Long repetitions: `npm run soak`.
        test: {
          name: "soak",
          include: ["proofs/soak/*.soak.ts"],
          testTimeout: 5_400_000,
          hookTimeout: 120_000,
          ...alone,
        },
      },
    ],
  },
});
