import { defineConfig } from "vitest/config";

/** Runs that are measured need the machine to themselves: one file after the other, one test after the other. */
const alone = { fileParallelism: false, maxConcurrency: 1 } as const;

/** What is looked for does not depend on how fast the machine is, so two share it. */
const shared = { maxWorkers: 2, testTimeout: 300_000, hookTimeout: 180_000 } as const;

/** Scenarios that judge what comes back or is noticed, and no second of a service that was gone. A new one runs alone until it is here. */
const sharedScenarios = [
  "backup-restore",
  "integrity-checks",
  "point-in-time-recovery",
  "restore-configuration",
  "restore-redis",
  "retention",
  "wal-archiving",
  "wal-retention",
].map((name) => `scenarios/${name}.scenario.ts`);

export default defineConfig({
  test: {
    projects: [
      {
        // Pure logic: no container, no network; runs in `npm run check`.
        test: {
          name: "unit",
          include: ["src/**/*.test.ts"],
          exclude: ["src/**/*.{engine,alone}.test.ts"],
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
          ...shared,
        },
      },
      {
        // Whole scenarios whose figures are judged, parts that are measured, and proofs that can't share the machine with a third run. The
        // adapter makes a test of each scenario that a file defines.
        test: {
          name: "scenarios",
          include: ["scenarios/**/*.scenario.ts", "src/**/*.alone.test.ts", "proofs/alone/*.{proof,test}.ts"],
          exclude: sharedScenarios,
          setupFiles: ["src/authoring/vitest-adapter.ts"],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          ...alone,
        },
      },
      {
        // Planted defects, and the scenarios that can share the machine with them.
        test: {
          name: "proofs",
          include: ["proofs/*.{proof,test}.ts", ...sharedScenarios],
          setupFiles: ["src/authoring/vitest-adapter.ts"],
          ...shared,
        },
      },
      {
        // Long repetitions, and planted defects that are kin to one in `proofs/`: `npm run soak`.
        test: {
          name: "soak",
          include: ["proofs/soak/*.{proof,soak}.ts"],
          setupFiles: ["src/authoring/vitest-adapter.ts"],
          testTimeout: 5_400_000,
          hookTimeout: 120_000,
          ...alone,
        },
      },
    ],
  },
});
