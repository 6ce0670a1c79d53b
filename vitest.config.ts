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
          // Pure functions share nothing that one file could spoil for the next, and loading everything a hundred times costs more than running it.
          isolate: false,
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
        // Whole scenarios, whose figures are judged, and proofs that can't share the machine with a third run. The adapter makes a test
        // of each scenario that a file defines.
        test: {
          name: "scenarios",
          include: ["scenarios/**/*.scenario.ts", "proofs/alone/*.test.ts"],
          setupFiles: ["src/authoring/vitest-adapter.ts"],
          testTimeout: 300_000,
          ...alone,
        },
      },
      {
        // Planted defects: what is looked for does not depend on how fast the machine is, so two share it.
        test: {
          name: "proofs",
          include: ["proofs/*.{proof,test}.ts"],
          setupFiles: ["src/authoring/vitest-adapter.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
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
