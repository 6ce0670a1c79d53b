import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sectionSettings } from "./section-settings.ts";

const asDocumented = readFileSync(new URL("../../runbooks/as-documented.md", import.meta.url), "utf8");

test("the lines of a section's conf fences are its settings, letter by letter", () => {
  expect(sectionSettings(asDocumented, "d.md", "point-in-time-recovery-pitr")).toBe(`wal_level = replica
archive_mode = on
archive_command = 'cp %p /var/lib/postgresql/wal_archive/%f'
max_wal_senders = 3
wal_keep_size = 1GB
`);
});

test("fences of other languages and of other sections are none of them", () => {
  const fence = (lang: string, text: string): string => `\`\`\`${lang}\n${text}\n\`\`\`\n`;
  const markdown = `# One\n${fence("conf", "a = 1")}# Two\n${fence("sh", "ls")}${fence("ini", "b = 2")}${fence("conf", "c = 3")}`;
  expect(sectionSettings(markdown, "d.md", "two")).toBe("c = 3\n");
  expect(sectionSettings(`# Two\n${fence("sh", "ls")}`, "d.md", "two")).toBe("");
});
