import { z } from "zod";

export const environmentSchema = z.object({
  engine: z.object({ version: z.string(), apiVersion: z.string() }).nullable(),
  images: z.array(
    z.object({
      name: z.string().describe("as the system names it, for instance postgres:17"),
      reference: z.string().describe("what ran"),
      digest: z.string().nullable().describe("of the registry; null for an image built here"),
      imageId: z.string(),
      packages: z.record(z.string(), z.string()).describe("package to version"),
    }),
  ),
  commit: z.string().nullable(),
  commitIsClean: z.boolean().nullable().describe("false: files differed from the commit"),
  node: z.string(),
  platform: z.string(),
  kernel: z.string(),
  cpus: z.int().positive(),
  memoryBytes: z.int().positive(),
  shared: z
    .boolean()
    .describe("other runs used the machine at the same time, so the figures are not its own"),
});

export const selfTestSchema = z.union([
  z.literal("not-run"),
  z.object({
    result: z.enum(["passed", "failed"]),
    commit: z.string().nullable(),
    imageIds: z.array(z.string()),
    time: z.string().describe("RFC 3339, UTC"),
  }),
]);
