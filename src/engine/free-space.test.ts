import { expect, test } from "vitest";
import { requireFreeSpace } from "./free-space.ts";

test("too little space is an error that says where, how much is needed and how much there is", async () => {
  await expect(requireFreeSpace("/", 1e18, "images")).rejects.toMatchObject({
    exitStatus: 69,
    code: "no-space",
    message: expect.stringMatching(
      /^Expected 1000000000\.0 GB free at \/ for images, but found \d+\.\d GB/,
    ) as string,
  });
});

test("enough space passes, and so does a directory that is not on this file system", async () => {
  await requireFreeSpace("/", 1, "images");
  await requireFreeSpace("/no/such/directory", 1e18, "images");
});
