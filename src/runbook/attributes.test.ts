import { describe, expect, test } from "vitest";
import { fence, refusal, section, stepsOf } from "./testing/sample-markdown.ts";

describe("attributes", () => {
  test("stand as JSON on the fence, as Runme writes them", async () => {
    const info =
      'sh {"name":"promote","cwd":"x","timeout":"90s","expect":3,"effect":"node:promoted","verify":"false","onFailure":"stop","id":"01H"}';
    const [step] = await stepsOf(section(fence("true", info)));
    expect(step?.attributes).toEqual({
      name: "promote",
      cwd: "x",
      timeoutMs: 90_000,
      expect: { exitStatus: 3 },
      verify: false,
      onFailure: "stop",
    });
    expect(step?.effect).toEqual({ name: "node:promoted", from: "attribute" });
    expect(step?.title).toBe("promote");
  });

  test("stand in a comment before the fence, before a list item, and in the shell for one step of several", async () => {
    const steps = await stepsOf(
      section(
        `<!-- drill {"expect":"/up/i"} -->\n${fence("a")}\n\n<!-- drill {"effect":"none"} -->\n\n1. Promote it\n   \`\`\`sh\n   b\n   \`\`\`\n\n` +
          fence('# 7. One\n# <!-- drill {"excludeFromRunAll":true} -->\nc\n# 8. Two\nd'),
      ),
    );
    expect(steps.map(({ attributes, effect }) => ({ ...attributes, effect: effect?.name }))).toEqual([
      { expect: { output: /up/i }, effect: undefined },
      { effect: "none" },
      { excludeFromRunAll: true, effect: undefined },
      { effect: undefined },
    ]);
  });

  test("of other tools are left alone", async () => {
    expect((await stepsOf(section(fence("a", 'sh title="x" {1,3}'))))[0]?.attributes).toEqual({});
  });

  test.each([
    ['{"nmae":"x"}', "nmae"],
    ['{"timeout":"soon"}', "soon"],
    ['{"timeout":90}', "timeout"],
    ['{"effect":"node:exploded"}', "effect"],
    ['{"expect":"/(/"}', "expect"],
    ['{"onFailure":"panic"}', "onFailure"],
    ['{"verify":"perhaps"}', "verify"],
    ["{name=x}", "JSON"],
  ])("%s is refused with its line", async (json, word) => {
    const error = await refusal(section(`Text.\n\n${fence("a", `sh ${json}`)}`), "failover");
    expect(error.code).toBe("bad-attribute");
    expect(error.message).toContain("x.md:5:");
    expect(error.message).toContain(word);
  });

  test("that stand before no step are refused", async () => {
    const error = await refusal(
      section(`${fence("a")}\n\n<!-- drill {"verify":true} -->\n\nText.`),
      "failover",
    );
    expect(error.message).toContain("x.md:7:");
  });
});
