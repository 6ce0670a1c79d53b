import fc from "fast-check";
import type { Nodes, Root } from "mdast";
import { toString } from "mdast-util-to-string";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { describe, expect, it } from "vitest";
import { codeBlock, codeSpan, escapeHtml, escapeText, table } from "./markdown.ts";

function parse(markdown: string): Root {
  return unified().use(remarkParse).use(remarkGfm).parse(markdown);
}

function typesOf(node: Nodes): string[] {
  return [node.type, ...("children" in node ? node.children.flatMap(typesOf) : [])];
}

/** Text as somebody could write it to break out: Markdown's own characters, and ordinary ones. */
const hostile = fc
  .array(
    fc.constantFrom(
      ...Array.from("`*_{}[]()<>#+-.!|~$&@\\ \n=:/1a"),
      "```",
      "</details>",
      "<script>",
      "&lt;",
      "](x)",
      "![",
      "\u001b[31m",
      "\r",
      "\u202e",
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(""));

describe("escapeText", () => {
  it("no text becomes markup or HTML", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const types = new Set(typesOf(parse(`x ${escapeText(text)} x`)));
        // What looks like an address is shown as a link to itself, which is what it says.
        types.delete("link");
        expect([...types].sort()).toEqual(["paragraph", "root", "text"]);
      }),
    );
  });

  it("it shows what was written", () => {
    const text = "a|b *c* _d_ `e` <f> [g](h) # i ~j~ $k$ \\l &lt; 1. m";
    expect(toString(parse(escapeText(text)))).toBe(text);
  });

  it("a line of its own that looks like a list or a heading is a paragraph", () => {
    for (const text of ["- a", "+ a", "1. a", "1) a", "# a", "> a", "=== ", "--- "]) {
      expect(parse(escapeText(text)).children.map((node) => node.type)).toEqual(["paragraph"]);
    }
  });

  it("a terminal's colours are taken out, and a text that turns its direction round shows that", () => {
    expect(escapeText("\u001b[31mred\u001b[0m")).toBe("red");
    expect(escapeText("a\u202eb\u0007c")).toBe("a\\\\u202eb␇c");
  });
});

describe("codeSpan", () => {
  it("any text stays within its span", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        fc.pre(codeSpan(text) !== "");
        const [paragraph, ...rest] = parse(`x ${codeSpan(text)} x`).children;
        expect(rest).toEqual([]);
        expect(paragraph === undefined ? [] : typesOf(paragraph)).toEqual([
          "paragraph",
          "text",
          "inlineCode",
          "text",
        ]);
      }),
    );
  });
});

describe("codeBlock", () => {
  it("any text stays within its block", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const tree = parse(`before\n\n${codeBlock(text)}\n\nafter`);
        expect(tree.children.map((node) => node.type)).toEqual(["paragraph", "code", "paragraph"]);
      }),
    );
  });

  it("what was printed is shown as it was, but for its last line feeds", () => {
    const [block] = parse(codeBlock("a\n```\n  b <c>\n\n")).children;
    expect(block).toMatchObject({ type: "code", value: "a\n```\n  b <c>" });
  });
});

describe("table", () => {
  it("any text stays within its cell, in a code span too", () => {
    fc.assert(
      fc.property(hostile, hostile, (text, code) => {
        const tree = parse(table(["a", "b", "c"], [[escapeText(text), codeSpan(code), "end"]]));
        expect(tree.children).toHaveLength(1);
        const [found] = tree.children;
        if (found?.type !== "table") throw new TypeError("expected a table");
        expect(found.children.map((row) => row.children.length)).toEqual([3, 3]);
        expect(toString(found.children[1]?.children[2])).toBe("end");
      }),
    );
  });

  it("numbers stand on the right", () => {
    expect(table(["n"], [["1"]], ["right"])).toContain("-:");
  });
});

describe("escapeHtml", () => {
  it("no text leaves its attribute or its element", () => {
    expect(escapeHtml(`"'<a>&`)).toBe("&quot;&#39;&lt;a&gt;&amp;");
  });
});
