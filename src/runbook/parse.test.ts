import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HarnessError } from "../harness-error.ts";
import { parseRunbook } from "./parse.ts";
import { fence, section, stepsOf, refusal } from "./testing/sample-markdown.ts";

const asDocumented = readFileSync(new URL("../../runbooks/as-documented.md", import.meta.url), "utf8");

/** What the document says on a line. */
const lineOfText = (text: string): number =>
  asDocumented.split("\n").findIndex((line) => line.startsWith(text)) + 1;

describe("the source document's sections", () => {
  test("the manual failover is five steps with the lines of their commands", async () => {
    const { steps, heading, line } = await parseRunbook(asDocumented, "d.md", "#manual-failover");
    expect({ heading, line }).toEqual({
      heading: "Manual Failover",
      line: lineOfText("#### Manual Failover"),
    });
    expect(steps.map(({ id, title, effect }) => [id, title, effect?.name])).toEqual([
      ["1", "Check replica status", "none"],
      ["2", "Promote replica to primary", "node:promoted"],
      ["3", "Update DATABASE_URL in .env", "file:changed"],
      ["4", "Restart backend services", "container:restarted"],
      ["5", "Verify writes", "none"],
    ]);
    expect(steps.map((step) => step.line)).toEqual([
      lineOfText("docker-compose exec postgres-replica psql"),
      lineOfText("docker-compose exec postgres-replica pg_ctl promote"),
      lineOfText("DATABASE_URL="),
      lineOfText("docker-compose restart backend"),
      lineOfText('docker-compose exec postgres psql -U abtuser -c "CREATE'),
    ]);
    expect(steps.at(-1)?.commands.map(({ text }) => text)).toEqual([
      'docker-compose exec postgres psql -U abtuser -c "CREATE TABLE failover_test (id INT);"',
      'docker-compose exec postgres psql -U abtuser -c "DROP TABLE failover_test;"',
    ]);
  });

  test("comments that are numbered and have no command beneath are a person's job", async () => {
    const { steps } = await parseRunbook(asDocumented, "d.md", "scenario-1-database-corruption");
    expect(steps.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      "1 command",
      "2 command",
      "3 command",
      "4 manual",
      "5 command",
      "6 manual",
    ]);
    expect(steps[2]?.commands[0]?.text).toContain("| \\\n  docker-compose exec -T postgres psql");
  });

  test("a fence without numbers is one step, with each statement as written", async () => {
    const { steps } = await parseRunbook(asDocumented, "d.md", "automated-checks");
    expect(steps).toHaveLength(1);
    expect(steps[0]?.commands.map(({ text }) => text.split("\n").length)).toEqual([5, 1, 1]);
  });

  test("a shebang and an introducing comment are no steps", async () => {
    const { steps } = await parseRunbook(asDocumented, "d.md", "automated-daily-backups");
    expect(steps.map(({ title }) => title)).toEqual(["Automated Daily Backups"]);
    expect(steps[0]?.commands).toHaveLength(5);
  });

  test("a section of untagged fences can't run, and the error says how to tag them", async () => {
    const error = await refusal(asDocumented, "dns-based-failover");
    expect(error.code).toBe("no-executable-step");
    expect(error.message).toContain("```sh");
    expect(error.message).toContain(`line ${lineOfText("#### DNS-based Failover") + 1}`);
  });

  test("a section goes to the next heading of the same or a higher level, untagged and prose steps included", async () => {
    const { steps } = await parseRunbook(asDocumented, "d.md", "failover-procedures");
    expect(steps).toHaveLength(20);
    expect(steps.filter(({ kind }) => kind === "manual").map(({ title }) => title)).toContain(
      "Update DNS records to point to standby region",
    );
    expect(new Set(steps.map(({ id }) => id)).size).toBe(20);
  });
});

describe("which fences run", () => {
  test.each(["sh", "bash", "shell", "zsh", "BASH"])("%s runs", async (language) => {
    expect((await stepsOf(section(fence("true", language))))[0]?.kind).toBe("command");
  });

  test.each(["sql", "yaml", "conf", "json"])("%s is text and no step", async (language) => {
    const steps = await stepsOf(section(`${fence("true")}\n\n${fence("select 1", language)}`));
    expect(steps).toHaveLength(1);
  });

  test.each(["console", "shell-session", "terminal"])(
    "in %s only what follows a prompt runs",
    async (language) => {
      const [step] = await stepsOf(section(fence("$ echo a\na\n$ echo b \\\n>   c\nb c", language)));
      expect(step?.commands).toEqual([
        { text: "echo a", line: 4 },
        { text: "echo b \\\n  c", line: 6 },
      ]);
    },
  );

  test("an untagged fence is manual, and each numbered line of it a step", async () => {
    const steps = await stepsOf(section(`${fence("true")}\n\n${fence("1. Call the bank\n2. Wait", "")}`));
    expect(steps.map(({ kind, title, line }) => [kind, title, line])).toEqual([
      ["command", "Failover", 4],
      ["manual", "Call the bank", 8],
      ["manual", "Wait", 9],
    ]);
  });
});

describe("a section without a step that runs", () => {
  const excluded = (script: string): string => fence(script, 'sh {"excludeFromRunAll":true}');

  test("is refused where all are excluded, with their lines", async () => {
    const error = await refusal(section(`${excluded("a")}\n\n${excluded("b")}`), "failover");
    expect(error.code).toBe("no-executable-step");
    expect(error.message).toContain("all that hold commands (line 4, 8) are marked excludeFromRunAll");
  });

  test("is refused where what is not excluded is a person's", async () => {
    const error = await refusal(section(`${excluded("a")}\n\n1. Call the bank`), "failover");
    expect(error.message).toContain("excludeFromRunAll");
  });

  test("is none while one step is not excluded", async () => {
    expect(await stepsOf(section(`${excluded("a")}\n\n${fence("b")}`))).toHaveLength(2);
    expect(await stepsOf(section(fence("b", 'sh {"excludeFromRunAll":false}')))).toHaveLength(1);
  });
});

describe("what starts a step", () => {
  test("each fence without numbers is a step of its own", async () => {
    expect(await stepsOf(section(`${fence("a")}\n\n${fence("b")}`))).toHaveLength(2);
  });

  test("a numbered list item with its fence is a step", async () => {
    const body =
      "1. Stop it\n   ```sh\n   docker stop x\n   ```\n2. Tell them\n3. Start it\n\n   ```sh\n   docker start x\n   ```";
    const steps = await stepsOf(section(body));
    expect(steps.map(({ id, kind, title, line }) => [id, kind, title, line])).toEqual([
      ["1", "command", "Stop it", 5],
      ["2", "manual", "Tell them", 7],
      ["3", "command", "Start it", 11],
    ]);
    expect(steps[0]?.commands[0]?.text).toBe("docker stop x");
  });

  test("a fence that is not indented under its item still belongs to it", async () => {
    const steps = await stepsOf(section("1. Stop it\n```sh\na\n```\n2. Start it\n```sh\nb\n```"));
    expect(steps.map(({ id, title }) => [id, title])).toEqual([
      ["1", "Stop it"],
      ["2", "Start it"],
    ]);
  });

  test("a numbered heading is a step of the section above it", async () => {
    const markdown = `# R\n\n## Failover\n\n### 1. Stop\n\n${fence("a")}\n\n### Step 2: Call\n\nCall them.\n`;
    const steps = (await parseRunbook(markdown, "x.md")).steps;
    expect(steps.map(({ id, title, kind }) => [id, title, kind])).toEqual([
      ["1", "Stop", "command"],
      ["2", "Call", "manual"],
    ]);
  });

  test("a number inside a here-document or a string starts no step", async () => {
    const [step, ...others] = await stepsOf(
      section(fence("# 1. Write\ncat > x <<EOF\n# 2. not a step\nEOF\necho '\n# 3. nor this'")),
    );
    expect(others).toEqual([]);
    expect(step?.commands).toHaveLength(2);
  });

  test("a step that the shell's grammar refuses is one command, and leaves the others alone", async () => {
    const steps = await stepsOf(section(fence('# 1. Good\na\nb\n# 2. Bad\necho "x\ny\n# 3. Good again\nc')));
    expect(steps.map(({ commands }) => commands.length)).toEqual([2, 1, 1]);
    expect(steps[1]?.commands[0]).toEqual({ text: 'echo "x\ny', line: 8, malformed: true });
  });
});

test("carriage returns of a document do not reach the shell", async () => {
  const [step] = await stepsOf("## Failover\r\n\r\n```sh\r\necho a\r\necho b\r\n```\r\n");
  expect(step?.commands.map(({ text, line }) => [text, line])).toEqual([
    ["echo a", 4],
    ["echo b", 5],
  ]);
});

test("whatever the text, parsing ends in a runbook or in a HarnessError 65", async () => {
  const piece = fc.constantFrom(
    "# A\n",
    "## A {#b}\n",
    "```sh\n",
    "```\n",
    "~~~console\n",
    "# 1. x\n",
    "1. x\n",
    '   ```sh {"name":1}\n',
    "echo 'a\n",
    "<<EOF\n",
    "$ a \\\n",
    "$ psql\n",
    "d=# b\n",
    "root@c:~# d\n",
    "```sh {name=x} title=y\n",
    "<!-- dril {} -->\n",
    "<!-- drill {} -->\n",
    "<!-- drill",
    "> ",
    "\r\n",
    "| RTO | x |\n",
    "---\n",
    "é\u{1F600}",
    "$(",
    "{",
    "\\\n",
    "&&\n",
    "\ud800",
  );
  const document = fc.array(
    fc.oneof(piece, fc.string({ maxLength: 8 }), fc.string({ unit: "binary", maxLength: 4 })),
    { maxLength: 14 },
  );
  await fc.assert(
    fc.asyncProperty(document, fc.constantFrom(undefined, "a", "b"), async (pieces, slug) => {
      try {
        const { steps } = await parseRunbook(pieces.join(""), "x.md", slug);
        const runs = steps.filter(({ attributes }) => attributes.excludeFromRunAll !== true);
        expect(runs.some(({ kind }) => kind === "command")).toBe(true);
      } catch (error) {
        if (!(error instanceof HarnessError)) throw error;
        expect(error.exitStatus).toBe(65);
      }
    }),
    { numRuns: 150 },
  );
}, 30_000);
