import { describe, expect, test } from "vitest";
import { parseRunbook } from "./parse.ts";
import { listSections } from "./sections.ts";
import { fence, refusal, section } from "./testing/sample-markdown.ts";

describe("sections", () => {
  test("equal headings get numbers, and a heading's own id counts", () => {
    const slugs = listSections("# A b\n\n# A b\n\n## Other {#mine}\n").map(({ slug }) => slug);
    expect(slugs).toEqual(["a-b", "a-b-1", "mine"]);
  });

  test("an unknown heading is refused with the nearest and with all", async () => {
    const error = await refusal(section(fence("a")), "failovr");
    expect(error.message).toContain("did you mean #failover");
  });

  test("a missing slug is refused while several sections could run, with the list", async () => {
    const error = await refusal(`# A\n\n${fence("a")}\n\n# B\n\n${fence("b")}\n`);
    expect(error.code).toBe("several-sections");
    expect(error.message).toMatch(/#a, #b/);
  });

  test("a missing slug means the only section that could run", async () => {
    expect((await parseRunbook(`# A\n\ntext\n\n## B\n\n${fence("b")}\n`, "x.md")).slug).toBe("b");
    expect((await parseRunbook(fence("b"), "x.md")).steps).toHaveLength(1);
  });

  test.each([
    "```sh\na\n",
    "~~~sh\na\n```\n",
    "```sh\na\n\n## B\n\n```sh\nb\n```\n",
    "- x\n  ```sh\n  a\n\nb",
  ])("a fence that is never closed is refused with its line: %j", async (body) => {
    const error = await refusal(`# A\n\n${body}`);
    expect(error.code).toBe("unterminated-fence");
    expect(error.message).toMatch(/x\.md:[34]:/);
  });

  test("binary content is refused", async () => {
    expect((await refusal("# A\n\0")).code).toBe("not-markdown");
  });
});
