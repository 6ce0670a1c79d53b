import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPrompt } from "./prompt.ts";
import { fence, refusal, section, stepsOf } from "./testing/sample-markdown.ts";
import { readTranscript } from "./transcript.ts";

async function read(transcript: string) {
  const lines = transcript.split("\n").map((text, index) => ({ text, line: index + 1 }));
  const found = await readTranscript(lines);
  return { typed: found.lines.map(({ text }) => text), byHand: found.byHand.map(({ why }) => why) };
}

async function typed(transcript: string): Promise<string[]> {
  const found = await read(transcript);
  expect(found.byHand).toEqual([]);
  return found.typed;
}

async function doubt(transcript: string): Promise<string> {
  const [first = "no doubt", ...others] = (await read(transcript)).byHand;
  expect(others).toEqual([]);
  return first;
}

describe("commands", () => {
  test("follow a prompt; what stands between them is output", async () => {
    expect(await typed("$ pg_ctl promote\nserver promoted\n$ ls\nbase")).toEqual(["pg_ctl promote", "ls"]);
  });

  test.each([
    "$ ",
    "% ",
    "❯ ",
    "  $ ",
    "postgres@host:~$ ",
    "ubuntu@host:~/my dir$ ",
    "user@host:/opt/app (main)$ ",
    "(venv) user@host:~$ ",
    "user@host ~ % ",
    "user@host $ ",
    "deploy@bastion> ",
    "[root@db ~]# ",
    "[user@host dir]$ ",
    "root@db1:/# ",
    "root@db1:~#",
    "host:~ user$ ",
    "bash-5.1$ ",
    "sh-5.2# ",
    "/ # ",
    "/app $ ",
  ])("follow the prompt %j", async (prompt) => {
    expect(await typed(`${prompt}ls -l\ntotal 0\n${prompt}docker ps\n${prompt}`)).toEqual([
      "ls -l",
      "docker ps",
    ]);
  });

  test("may be typed in another directory of the same shell", async () => {
    expect(await typed("ops@host:~$ cd /srv\nops@host:/srv$ ls")).toEqual(["cd /srv", "ls"]);
  });
});

describe("output", () => {
  test.each([
    "$ 5.00 fee",
    "$ 12 rm",
    "[WARN] # of replicas is 1",
    "[INFO] % done",
    "[INFO] $ 3 orders left",
    "% done",
    "  % Total    % Received % Xferd",
    "# Connection settings",
    "# kill the old primary",
    "> 2 containers running",
    "> GET / HTTP/1.1",
    "Price: $ 7",
    "   ->  Seq Scan on orders",
    "key => value",
    "main -> main",
    '1) "a"',
  ])("is no command although it reads %j", async (line) => {
    expect(await typed(`$ show\n${line}\n$ ls`)).toEqual(["show", "ls"]);
  });

  test("is what follows a whole command after >", async () => {
    expect(await typed("$ pg_ctl promote\n> not typed\n$ ls")).toEqual(["pg_ctl promote", "ls"]);
  });
});

describe("a command goes on", () => {
  test("after > while it is unfinished", async () => {
    expect(await typed("$ for n in 1 2; do\n> echo $n\n> done\n1\n2")).toEqual([
      "for n in 1 2; do",
      "echo $n",
      "done",
    ]);
    expect(await typed("$ psql -c 'SELECT 1;\n> SELECT 2;'\n> 2 rows")).toEqual([
      "psql -c 'SELECT 1;",
      "SELECT 2;'",
    ]);
    expect(await typed("% echo 'a\nquote> b'\nout")).toEqual(["echo 'a", "b'"]);
  });

  test("without > too, as a text is pasted", async () => {
    expect(await typed("$ curl -d '{\n  \"a\": 1\n}' http://x\n{}")).toEqual([
      "curl -d '{",
      '  "a": 1',
      "}' http://x",
    ]);
    expect(await typed("$ if true\nthen ls\nfi\nout")).toEqual(["if true", "then ls", "fi"]);
    expect(await typed("$ psql \\\n  -c 'SELECT 1'\n1")).toEqual(["psql \\", "  -c 'SELECT 1'"]);
    expect(await typed("$ psql \\\n>   -c 'SELECT 1'\n1")).toEqual(["psql \\", "  -c 'SELECT 1'"]);
  });

  test.each([
    ["with >", "> a\n> # 1. b\n> EOF"],
    ["without >", "a\n# 1. b\nEOF"],
    ["with > but for its end", "> a\n> # 1. b\nEOF"],
  ])("through a here-document %s", async (_form, body) => {
    expect(await typed(`$ cat <<EOF\n${body}\nout\n$ ls`)).toEqual(["cat <<EOF", "a", "# 1. b", "EOF", "ls"]);
  });

  test("in a here-document that holds > itself", async () => {
    expect(await typed("$ cat <<EOF\na\n> b\nEOF\n$ ls")).toEqual(["cat <<EOF", "a", "> b", "EOF", "ls"]);
  });

  test("and where it never ends, a person has to look", async () => {
    expect(await doubt("$ echo it's\nit is\n$ ls")).toMatch(
      /^line 1 begins a command that does not end before line 3/,
    );
    expect(await doubt("$ cat <<EOF\na")).toMatch(/^line 1 begins a command that does not end in this fence/);
    expect(await doubt("$ cat <<EOF\n> a\nout")).toMatch(/^line 1 .* before line 3/);
  });
});

describe("what is typed into a program", () => {
  test.each([
    ["psql -h db", "mydb=> SELECT 1;\n 1\nmydb=> \\q", ["SELECT 1;", "\\q"]],
    ["sudo -u postgres psql", "postgres=# SELECT\npostgres-# 1;\n 1", ["SELECT", "1;"]],
    ["docker-compose exec -T db psql -U u d", "d=# SELECT pg_promote();", ["SELECT pg_promote();"]],
    ["docker exec -i db psql", "d=# SELECT 1;", ["SELECT 1;"]],
    ["redis-cli -h redis-replica", "redis-replica:6379> REPLICAOF NO ONE\nOK", ["REPLICAOF NO ONE"]],
    ["redis-cli -a x", "> REPLICAOF NO ONE\nOK\n> CONFIG REWRITE", ["REPLICAOF NO ONE", "CONFIG REWRITE"]],
    ["ssh -p 22 db1", "Welcome\nroot@db1:~# pg_ctl promote\nroot@db1:~# exit", ["pg_ctl promote", "exit"]],
    ["su - postgres", "postgres@db1:~$ psql \\\n  -l", ["psql \\", "  -l"]],
    ["sudo -i", "root@ops:~# ls", ["ls"]],
  ])("%s becomes its here-document", async (command, input, lines) => {
    const expected = [`${command} <<'EOF'`, ...lines, "EOF", "docker ps"];
    expect(await typed(`$ ${command}\n${input}\n$ docker ps`)).toEqual(expected);
  });

  test("is one command with the line of the one that starts the program", async () => {
    const [step] = await stepsOf(section(fence("$ psql\nd=# SELECT 1;\n 1\n$ ls", "console")));
    expect(step?.commands).toEqual([
      { text: "psql <<'EOF'\nSELECT 1;\nEOF", line: 4 },
      { text: "ls", line: 7 },
    ]);
  });

  test("is a person's job where the program needs a terminal", async () => {
    expect(await doubt("$ docker-compose exec db psql\nd=# SELECT 1;\n 1")).toMatch(
      /^line 2 is typed into the program that line 1 starts, and docker-compose exec without -T/,
    );
    expect(await doubt("$ docker exec -it db bash\nroot@3f2a:/# ls")).toContain("docker exec with -t");
    expect(await doubt("$ docker exec db redis-cli\ndb:6379> PING")).toContain("docker exec without -i");
  });

  test.each([
    "d=# SELECT 1;",
    "$ psql -c 'SELECT 1'\nd=# SELECT 1;",
    "$ redis-cli PING\n127.0.0.1:6379> PING",
    "$ psql\n127.0.0.1:6379> PING",
    "$ psql | tee log\nd=# SELECT 1;",
    "$ make shell\nd=# SELECT 1;",
    "$ mysql\nmysql> SELECT 1;",
    "$ psql\n# 1. Look\nd=# SELECT 1;",
    "$ ls\nPS C:\\> Get-Foo",
  ])("is a person's job where nothing plainly starts that program: %j", async (transcript) => {
    expect(await doubt(transcript)).toContain("is typed into");
  });
});

describe("a line that may be a command is never left out", () => {
  test.each([
    ["$ ls\nroot@db1:/# rm -rf /tmp/x", "not like the one on line 1"],
    ["[root@db1 ~]# ls\n$ docker ps", "not like the one on line 1"],
    ["$ ls\n  $ docker ps", "not like the one on line 1"],
    ["$ ls\n# systemctl stop postgresql", "a bare # can be each"],
    ["$ ls\n% docker ps", "a bare % can be each"],
    ["$ ls\n> docker ps", "a bare > can be each"],
    ["$ ls\n$docker ps", "a bare $ can be each"],
    ["$ ls\n# ./failover.sh", "a bare # can be each"],
    ["$ ls\n# service postgresql stop", "a bare # can be each"],
    ["$ sudo -i\n# echo as root", "in the shell that was just opened"],
    ["$ ssh db1\n$ pg_ctl promote", "in the shell that line 1 opens (ssh)"],
    ["$ psql\nd=# \\copy a from stdin\n>> 1", "may be typed, or output"],
    ["docker ps\nNAME", "line 1 and those after it have no prompt"],
    ["# cat x.conf", "a bare # can be each"],
  ])("but a person has to look at it: %j", async (transcript, why) => {
    expect(await doubt(transcript)).toContain(why);
  });

  test("nor is any with root's bare prompt run, which a comment in output looks like", async () => {
    const { typed: commands, byHand } = await read("# cat x.conf\n# - Settings -\n# rm -rf /\nport=1\n# ls");
    expect(commands).toEqual([]);
    expect(byHand).toHaveLength(4);
  });

  test("whatever the transcript", async () => {
    const line = fc.constantFrom(
      "$ ls",
      "$ psql",
      "$ ssh a",
      "$ sudo -i",
      "$ cat <<EOF",
      "$ echo 'a",
      "$ a \\",
      "% ls",
      "# ls",
      "# 1. Next",
      "> ls",
      "EOF",
      "'",
      "out",
      "",
      "  $ ls",
      "root@a:~# ls",
      "d=# SELECT 1;",
      "a:6379> PING",
      "redis> x",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 9 }), async (texts) => {
        const lines = texts.map((text, index) => ({ text, line: index + 1 }));
        const found = await readTranscript(lines);
        const seen = new Set([...found.lines, ...found.byHand].map((each) => each.line));
        const lost = lines.filter(({ text, line: at }) => {
          const kind = readPrompt(text, false)?.kind;
          return (kind === "shell" || kind === "program") && !seen.has(at);
        });
        // A step with any doubt is shown to a person as a whole.
        if (found.byHand.length === 0) expect(lost).toEqual([]);
      }),
      { numRuns: 150 },
    );
  }, 30_000);
});

test("whatever the transcript, no output is run between whole commands", async () => {
  const output = [
    "out",
    "$ 5.00 x",
    "% done",
    "# note",
    "> GET /",
    "[a] $ b",
    "  -> x",
    "(1 row)",
    " 1",
    "EOF",
    "'",
  ];
  const command = fc.constantFrom("$ ls", "$ docker ps | tee x", "$ psql -c 'SELECT 1'");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(command, fc.constantFrom(...output)), { maxLength: 9 }),
      async (texts) => {
        const { typed: commands } = await read(["$ first", ...texts].join("\n"));
        const expected = texts.filter((text) => !output.includes(text)).map((text) => text.slice(2));
        expect(commands).toEqual(["first", ...expected]);
      },
    ),
    { numRuns: 100 },
  );
}, 30_000);

describe("a step with such a line", () => {
  test("is a person's as a whole, says why, and leaves the others alone", async () => {
    const body = fence(
      "# 1. Look\n$ ls\nout\n# 2. Promote\n$ docker-compose exec db psql\nd=# SELECT 1;\n 1\n# 3. Check\n$ ls",
      "console",
    );
    const steps = await stepsOf(section(body));
    expect(steps.map(({ id, kind, title }) => [id, kind, title])).toEqual([
      ["1", "command", "Look"],
      ["2", "manual", "Promote"],
      ["3", "command", "Check"],
    ]);
    expect(steps[1]?.manualBecause).toMatch(/^line 9 is typed into/);
    expect(steps[1]?.text).toBe("# 2. Promote\n$ docker-compose exec db psql\nd=# SELECT 1;\n 1");
  });

  test("makes its numbered list item manual too", async () => {
    const item =
      "1. Promote\n   ```console\n   $ ls\n   ```\n   ```console\n   ls\n   ```\n2. Go on\n   ```sh\n   ls\n   ```";
    const [first, second] = await stepsOf(section(item));
    expect(first).toMatchObject({ kind: "manual", commands: [] });
    expect(first?.manualBecause).toContain("line 8");
    expect(second?.kind).toBe("command");
  });

  test("where there is no other step, is the reason why nothing can run", async () => {
    const error = await refusal(section(fence("docker ps", "console")), "failover");
    expect(error.code).toBe("no-executable-step");
    expect(error.message).toContain("line 4 and those after it have no prompt");
    expect(error.message).toContain("```sh");
  });
});

test("a fence tagged as a script that begins with $ is a transcript: no command is called $", async () => {
  const [step] = await stepsOf(section(fence("# Look\n$ docker ps\nNAME  STATUS\n$ ls", "bash")));
  expect(step?.commands.map(({ text }) => text)).toEqual(["docker ps", "ls"]);
  const [script] = await stepsOf(section(fence("cat <<EOF\n$ docker ps\nEOF\n$HOME/x", "bash")));
  expect(script?.commands.map(({ text }) => text)).toEqual(["cat <<EOF\n$ docker ps\nEOF", "$HOME/x"]);
});

test("in such a fence a line without a prompt that names a program is a person's to judge", async () => {
  const [step] = await stepsOf(section(`${fence("$ docker ps\ndocker stop x")}\n\n${fence("a")}`));
  expect(step?.manualBecause).toMatch(/^line 5 has no prompt, as others have/);
});
