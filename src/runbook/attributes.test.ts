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

  test.each([
    '{"name":"promote","excludeFromRunAll":"false"}',
    "{name=promote excludeFromRunAll=false}",
    "{ name=promote excludeFromRunAll=FALSE }",
    "{ name=promote, excludeFromRunAll=false, }",
    "name=promote excludeFromRunAll=false",
    '{name="promote" title="x" .cls #id empty excludeFromRunAll=false}',
    'title="{x}" {"name":"promote","excludeFromRunAll":false}',
    'linenums="1" name=promote {excludeFromRunAll=false}',
  ])("are the same in each notation: %s", async (info) => {
    expect((await stepsOf(section(fence("true", `sh ${info}`))))[0]?.attributes).toEqual({
      name: "promote",
      excludeFromRunAll: false,
    });
  });

  test("may hold blanks between quotes", async () => {
    const [step] = await stepsOf(
      section(fence("true", 'sh {name="the \\"old\\" one" expect="/up and/"} timeout=5s')),
    );
    expect(step?.attributes).toMatchObject({ expect: { output: /up and/ }, timeoutMs: 5000 });
  });

  test("may hold braces", async () => {
    const [step] = await stepsOf(section(fence("true", 'sh {"expect":"/^a{2}$/"} copy')));
    expect(step?.attributes).toEqual({ expect: { output: /^a{2}$/ } });
  });

  test.each([
    '{"background":"false","category":"build,db","closeTerminalOnSuccess":"true","cwd":"","id":"01H","interactive":"false","interpreter":"bash","mimeType":"text/plain","name":"","openTerminalOnLaunch":"false","promptEnv":"no","runme.dev/id":"01H","tag":"type:entry","terminalRows":"10"}',
    "{ background=false category=a,b closeTerminalOnSuccess=true id=01H interactive=false interpreter=bash mimeType=text/plain openTerminalOnLaunch=false promptEnv=auto tag=type:entry terminalRows=10 }",
    "{}",
  ])("of Runme that mean nothing here are accepted: %s", async (info) => {
    expect((await stepsOf(section(fence("true", `sh ${info}`))))[0]?.attributes).toEqual({});
  });

  test.each([
    'title="x"',
    'title="x" {1,3}',
    "{1,3-5}",
    "{ .sh #main }",
    '{ .sh title="x" linenums="1" hl_lines="2 3" }',
    'linenums="1" hl_lines="2 3"',
    '{linenos=table,hl_lines=[8,"15-17"],linenostart=199}',
    "showLineNumbers {numberLines: true}",
    'frame="none" mark={1} ins={2-3} wrap',
    "filename=a.sh copy",
  ])("of other tools are left alone: %s", async (info) => {
    expect((await stepsOf(section(fence("a", `sh ${info}`))))[0]?.attributes).toEqual({});
  });

  test.each([
    ['{"nmae":"x"}', "nmae; did you mean name?"],
    ['{"efect":"none"}', "efect; did you mean effect?"],
    ['{"title":"x"}', "unknown attribute title"],
    ['{"timeout":"soon"}', "soon"],
    ['{"timeout":90}', "timeout"],
    ['{"effect":"node:promotd"}', "effect: expected one of node:promoted"],
    ['{"effect":"node:promotd"}', "found node:promotd; did you mean node:promoted?"],
    ['{"expect":"/(/"}', "expect"],
    ['{"onFailure":"panic"}', "onFailure"],
    ['{"verify":"perhaps"}', "verify"],
    ['{"name":"x"', "JSON"],
    ["{efect=none}", "efect; did you mean effect?"],
    ["{ excludefromrunall=true }", "did you mean excludeFromRunAll?"],
    ["timout=5s", "timout; did you mean timeout?"],
    ['title="x" onfailure=stop', "did you mean onFailure?"],
    ['title="x" {"efect":"none"}', "efect; did you mean effect?"],
    ["name=a {onFailure=panic}", "onFailure"],
    ["{ name: promote }", 'expected a value as in {"name":"…"} or {name=…}, found name:'],
    ["{'effect':'none'}", "found 'effect':'none'"],
    ["{excludeFromRunAll}", "expected a value"],
  ])("%s is refused with its line", async (info, words) => {
    const error = await refusal(section(`Text.\n\n${fence("a", `sh ${info}`)}`), "failover");
    expect(error.code).toBe("bad-attribute");
    expect(error.message).toContain("x.md:5:");
    expect(error.message).toContain(words);
    expect(error.message).not.toContain("\n");
  });

  test.each([
    ['<!-- dril {"effect":"none"} -->', "found the word dril"],
    ['<!-- Drill {"effect":"none"} -->', "found the word Drill"],
    ['<!-- dirll: {"effect":"none"} -->', "found the word dirll"],
    ['<!-- {"excludeFromRunAll":true} -->', "found a comment without that word"],
    ['<!-- drill {"efect":"none"} -->', "efect; did you mean effect?"],
    ["<!-- drill effect=none -->", "JSON"],
    ["<!-- drill -->", "JSON"],
  ])("in the comment %s are refused with its line", async (comment, words) => {
    const before = await refusal(section(`Text.\n\n${comment}\n\n${fence("a")}`), "failover");
    const inside = await refusal(section(fence(`a\n# ${comment}\nb`)), "failover");
    expect([before.code, inside.code]).toEqual(["bad-attribute", "bad-attribute"]);
    expect(before.message).toContain("x.md:5:");
    expect(inside.message).toContain("x.md:5:");
    for (const { message } of [before, inside]) expect(message).toContain(words);
  });

  test.each([
    "<!-- drill the failover every month -->",
    "<!-- drilling {down} -->",
    "<!-- prettier-ignore -->",
    '<!-- toc {"depth":2} -->',
    '<!-- {"name":"x"} -->',
    "<!-- {{ template }} -->",
  ])("are not meant by the comment %s", async (comment) => {
    expect((await stepsOf(section(`${comment}\n\n${fence("a")}`)))[0]?.attributes).toEqual({});
  });

  test("count in <!-- drill: {…} --> and <!-- drill{…} --> too", async () => {
    for (const start of ["drill: ", "drill"]) {
      const [step] = await stepsOf(section(`<!-- ${start}{"verify":true} -->\n\n${fence("a")}`));
      expect(step?.attributes).toEqual({ verify: true });
    }
  });

  test("that stand before no step are refused", async () => {
    const error = await refusal(
      section(`${fence("a")}\n\n<!-- drill {"verify":true} -->\n\nText.`),
      "failover",
    );
    expect(error.message).toContain("x.md:7:");
  });
});
