import { expect, test } from "vitest";
import { BoundedText } from "./bounded-text.ts";
import { terminalText } from "./terminal-text.ts";

test.each([
  ["a\r\nb\r\n", "a\nb"],
  ["\u001b[31mred\u001b[0m", "red"],
  ["10%\r55%\r100%", "100%"],
  ["[+] 0/2\n a\n b\n\u001b[3A\u001b[0G[+] 2/2\n A\n B\n", "[+] 2/2\n A\n B"],
  ["abc\b\bX", "aXc"],
  ["long line\r\u001b[Kshort", "short"],
  ["a\n\u001b[2Kb", "a\nb"],
  ["\u001b]0;title\u0007text", "text"],
])("%j is shown as %j", (raw, shown) => {
  expect(terminalText(raw)).toBe(shown);
});

test("head and tail are kept, cut at line ends, with what was cut between them", () => {
  const text = new BoundedText(100);
  for (let line = 1; line <= 10_000; line += 1) text.append(`line ${line}\n`);
  const kept = text.toString();
  expect(kept.length).toBeLessThan(300);
  expect(kept).toMatch(/^line 1\nline 2\n/);
  expect(kept).toMatch(/line 9999\nline 10000\n$/);
  const cut = Number(/\[… (\d+) characters cut …\]/.exec(kept)?.[1]);
  const whole = Array.from({ length: 10_000 }, (_, index) => `line ${index + 1}\n`).join("");
  expect(kept.replace(/\[….*?…\]\n/, "").length + cut).toBe(whole.length);
});

test("what fits is kept whole", () => {
  const text = new BoundedText(10);
  text.append("0123456");
  text.append("789abc");
  expect(text.toString()).toBe("0123456789abc");
});
