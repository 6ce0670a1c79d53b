import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        // Pure logic: no container, no network; runs in `npm run check`.
        test: { name: "unit", include: ["src/**/*.test.ts"], exclude: ["src/**/*.engine.test.ts"] },
      },
      {
        // Contracts of single parts against the real engine and real servers.
        test: {
          name: "engine",
          include: ["src/**/*.engine.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        // Whole scenarios and planted defects; their figures need the machine to themselves.
        test: {
          name: "drill",
          include: ["scenarios/**/*.scenario.ts", "proofs/**/*.proof.ts"],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
