import { createHash, randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzipSync, gzip } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listRuns } from "../engine/remove-run.ts";
import { manifestCommand, startBackupSource, type BackupSource } from "./testing/backup-source.ts";
import { verify as verifyOn, type Verified } from "./testing/verify.ts";

const gzipped = promisify(gzip);

let source: BackupSource;
let plain: string;
let files: Readonly<Record<string, string>>;
let manifest: string;

const verify = (options: Parameters<typeof verifyOn>[1]): Promise<Verified> =>
  verifyOn(source.engine, options);

beforeAll(async () => {
  source = await startBackupSource();
  manifest = await source.file("manifest.json", await source.run(manifestCommand));
  plain = (await source.run("pg_dump shop")).toString("utf8");
  const archive = await source.run("pg_dump -Fc shop");
  await source.run(
    "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=backup -days 2 -keyout /tmp/key -out /tmp/certificate",
  );
  await source.run("openssl genrsa -out /tmp/other-key 2048");
  const cms = (form: string, input: string) =>
    source.run(`${input} | openssl cms -encrypt -binary -aes-256-gcm -outform ${form} /tmp/certificate`);
  files = {
    plain: await source.file("plain.sql", plain),
    gz: await source.file("plain.sql.gz", await gzipped(plain)),
    zst: await source.file("plain.sql.zst", await source.run("pg_dump shop | zstd -q")),
    custom: await source.file("custom.dump", archive),
    tar: await source.file("tar.dump", await source.run("pg_dump -Ft shop")),
    "cms-der": await source.file("custom.dump.cms", await cms("DER", "pg_dump -Fc shop")),
    "cms-pem": await source.file("plain.sql.gz.pem", await cms("PEM", "pg_dump shop | gzip")),
    "cms-smime": await source.file("plain.sql.p7m", await cms("SMIME", "pg_dump shop")),
    cluster: await source.file("all.sql", await source.run("pg_dumpall")),
    globals: await source.file("globals.sql", await source.run("pg_dumpall --globals-only")),
    key: await source.file("key.pem", await source.run("cat /tmp/key")),
    "other-key": await source.file("other-key.pem", await source.run("cat /tmp/other-key")),
  };
});

afterAll(async () => {
  await source[Symbol.asyncDispose]();
});

const at = (name: string): string => files[name] ?? "";

/** A dump with something in it changed; the text that is replaced has to be there. */
async function damaged(name: string, text: string | RegExp, by: string): Promise<string> {
  const changed = plain.replace(text, () => by);
  expect(changed).not.toBe(plain);
  return source.file(name, await gzipped(changed));
}

describe("an intact backup is proven", () => {
  test.each(["plain", "gz", "zst", "custom", "tar"])("%s", async (kind) => {
    const { exitStatus, proof, said } = await verify({ file: at(kind), expect: manifest });
    expect({ exitStatus, said }).toEqual({ exitStatus: 0, said: "" });
    expect(proof.tables).toHaveLength(8);
    expect(proof.tables.every(({ result }) => result === "same")).toBe(true);
  });

  test.each(["cms-der", "cms-pem", "cms-smime"])("encrypted: %s", async (kind) => {
    const { exitStatus, proof, said } = await verify({ file: at(kind), expect: manifest, key: at("key") });
    expect({ exitStatus, said }).toEqual({ exitStatus: 0, said: "" });
    expect(proof.backup.wrappings[0]).toBe(kind);
  });

  test("a dump of the whole cluster, with its roles", async () => {
    const { exitStatus, said } = await verify({ file: at("cluster"), expect: manifest, roles: [] });
    expect({ exitStatus, said }).toEqual({ exitStatus: 0, said: "" });
  });

  test("a dump with the backup of its roles, against the source: schema, rights and roles too", async () => {
    const { exitStatus, said, proof, report } = await verify({
      file: at("custom"),
      globals: at("globals"),
      source: source.url,
      roles: [],
    });
    expect({ exitStatus, said }).toEqual({ exitStatus: 0, said: "" });
    expect(proof.checks.map(({ name }) => name).join()).toContain("schema and rights");
    expect(report + JSON.stringify(proof)).not.toContain("secret-of-the-source");
  });

  test("with nothing but a canary, and what that does not prove is said", async () => {
    const { exitStatus, proof } = await verify({ file: at("custom"), canary: "canary-7f3a9" });
    expect(exitStatus).toBe(0);
    expect(proof.checks.find(({ name }) => name.includes("canary"))?.detail).toContain("public.canary");
    expect(proof.notProven.join()).toContain("Completeness");
  });
});

test("a manifest that the job writes in the dump's own snapshot agrees with it, whatever is written meanwhile", async () => {
  const job = `cat > /tmp/manifest.sql; rm -f /tmp/job.*; psql -XAtq -v ON_ERROR_STOP=1 -d shop <<'SQL'
begin isolation level repeatable read read only;
select pg_export_snapshot() as snapshot \\gset
\\setenv SNAPSHOT :snapshot
\\! psql -qd shop -c "insert into account (email) values ('before the manifest'); select nextval('ticket')" > /tmp/job.log
\\o /tmp/job.json
\\i /tmp/manifest.sql
\\o
\\! psql -qd shop -c "insert into account (email) values ('before the dump'); select nextval('ticket')" > /tmp/job.log
\\! pg_dump --format=custom --snapshot="$SNAPSHOT" --file=/tmp/job.dump shop
\\if :SHELL_ERROR
  select 1 / 0;
\\endif
commit;
SQL`;
  await source.run(job);
  const expected = await source.file("job.json", await source.run("cat /tmp/job.json"));
  const file = await source.file("job.dump", await source.run("cat /tmp/job.dump"));
  await source.sql(
    "delete from account where email like 'before%'; select setval('account_id_seq', 50), setval('ticket', 2)",
  );
  const { exitStatus, said, proof } = await verify({ file, expect: expected });
  expect({ exitStatus, said }).toEqual({ exitStatus: 0, said: "" });
  expect(proof.tables.find(({ table }) => table === "public.account")?.rows).toBe("50");
});

test("without anything that says what should be in it, a backup is not proven, however well it restores", async () => {
  const { exitStatus, codes, said } = await verify({ file: at("custom") });
  expect({ exitStatus, codes }).toEqual({ exitStatus: 2, codes: ["no-data-check"] });
  expect(said).toContain("--expect");
});

test("verifying leaves the file and the source as they were, and nothing on the engine", async () => {
  const state = async () => {
    const { mode, mtimeMs, size } = await stat(at("gz"));
    const sha256 = createHash("sha256")
      .update(await readFile(at("gz")))
      .digest("hex");
    return { mode, mtimeMs, size, sha256, manifest: tablesOf(await source.run(manifestCommand)) };
  };
  const before = await state();
  const { proof } = await verify({ file: at("gz"), source: source.url });
  expect(await state()).toEqual(before);
  expect(proof.backup.sha256).toBe(before.sha256);
  expect((await listRuns(source.engine.docker)).map(({ runId }) => runId)).not.toContain(proof.runId);
});

function tablesOf(json: Buffer): unknown {
  return (JSON.parse(json.toString("utf8")) as { tables: unknown }).tables;
}

describe("a file that is no whole backup", () => {
  test("an empty dump from a dead server, in an intact gzip of 20 bytes", async () => {
    const empty = await source.run("pg_dump -h /nowhere shop 2> /dev/null | gzip; true");
    expect(empty).toHaveLength(20);
    const { exitStatus, codes, said } = await verify({
      file: await source.file("empty.gz", empty),
      expect: manifest,
    });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["empty-backup"] });
    expect(said).toContain("20 bytes of intact gzip with nothing in it");
  });

  test("an empty file", async () => {
    const { exitStatus, codes } = await verify({
      file: await source.file("empty.sql", ""),
      expect: manifest,
    });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["empty-backup"] });
  });

  test("a database in which there is nothing", async () => {
    await source.sql("create database void");
    const file = await source.file("void.dump", await source.run("pg_dump -Fc void"));
    const { exitStatus, codes } = await verify({ file, expect: manifest });
    expect(exitStatus).toBe(1);
    expect(codes).toContain("empty-backup");
  });

  test.each([
    ["plain", 0.5],
    ["plain", 0.9],
    ["gz", 0.5],
    ["zst", 0.5],
    ["custom", 0.9],
    ["custom", 0.5],
    ["custom", 0.002],
    ["tar", 0.5],
  ])("a dump (%s) cut short after %d of it", async (kind, share) => {
    const whole = await readFile(at(kind));
    const file = await source.file("cut", whole.subarray(0, Math.floor(whole.length * share)));
    const { exitStatus, codes, said } = await verify({ file, expect: manifest });
    expect(exitStatus).toBe(1);
    expect(codes).toContain("cut-short");
    expect(said).toContain("cut short");
  });

  test("a flipped bit within gzip", async () => {
    const bytes = await readFile(at("gz"));
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
    const { exitStatus, codes } = await verify({
      file: await source.file("flipped.gz", bytes),
      expect: manifest,
    });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["damaged"] });
  });

  test("a checksum that is another one", async () => {
    const { exitStatus, codes } = await verify({
      file: at("custom"),
      expect: manifest,
      sha256: "0".repeat(64),
    });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["checksum-differs"] });
  });
});

describe("encryption", () => {
  test("a wrong key", async () => {
    const { exitStatus, codes, said } = await verify({
      file: at("cms-der"),
      expect: manifest,
      key: at("other-key"),
    });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["not-decryptable"] });
    expect(said).toContain("another key");
  });

  test("an encryption that the image has no program for", async () => {
    const file = await source.file("dump.gpg", Buffer.from("8c0d0409030212345678901234567890", "hex"));
    const { exitStatus, codes, said } = await verify({ file, expect: manifest, key: at("key") });
    // Debian's image has no gpg, the official one has: there it is no message at all.
    expect([
      [2, "check-not-run"],
      [1, "not-decryptable"],
    ]).toContainEqual([exitStatus, codes[0]]);
    expect(said).toMatch(/OpenPGP|another key/);
  });

  test("a lost key", async () => {
    const { exitStatus, codes, said } = await verify({ file: at("cms-der"), expect: manifest });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["key-missing"] });
    expect(said).toContain("without it nobody restores this backup");
  });

  test("a flipped bit: authenticated, so it shows", async () => {
    const bytes = await readFile(at("cms-der"));
    bytes[bytes.length - 200] = (bytes[bytes.length - 200] ?? 0) ^ 1;
    const { exitStatus, codes } = await verify({
      file: await source.file("flipped.cms", bytes),
      expect: manifest,
      key: at("key"),
    });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["not-decryptable"] });
  });

  test("a file that should be encrypted, and is not", async () => {
    const { exitStatus, codes, said } = await verify({
      file: at("custom"),
      expect: manifest,
      key: at("key"),
    });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["not-encrypted"] });
    expect(said).toContain("anybody can read");
  });
});

describe("age", () => {
  test("a backup older than its schedule", async () => {
    const text = (await readFile(manifest, "utf8")).replace(
      /"takenAt" : "[^"]*"/,
      '"takenAt": "2026-01-01T02:00:00Z"',
    );
    const old = await source.file("old.json", text);
    const { exitStatus, codes, said } = await verify({
      file: at("custom"),
      expect: old,
      maxAgeMs: 25 * 3_600_000,
    });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["too-old"] });
    expect(said).toContain("25 h");
  });

  test("one that does not say when it was made", async () => {
    const { exitStatus, codes } = await verify({
      file: at("plain"),
      canary: "canary-7f3a9",
      maxAgeMs: 3_600_000,
    });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 2, codes: ["age-unknown"] });
  });

  test("one that is young enough by its own header", async () => {
    const { exitStatus } = await verify({ file: at("custom"), canary: "canary-7f3a9", maxAgeMs: 3_600_000 });
    expect(exitStatus).toBe(0);
  });
});

describe("content that is not what was backed up, in a file that is intact", () => {
  test("a changed row, against the manifest", async () => {
    const file = await damaged("changed.sql.gz", "note 42\t", "note 43\t");
    expect(gunzipSync(await readFile(file))).toHaveLength(Buffer.byteLength(plain));
    const { exitStatus, codes, said } = await verify({ file, expect: manifest });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["table-differs"] });
    expect(said).toContain("public.trade came back with its 300 rows, but what is in them");
  });

  test("a changed row, against the source: the row is named", async () => {
    const file = await damaged("changed.sql.gz", "note 42\t", "note 43\t");
    const { exitStatus, codes, said, proof } = await verify({ file, source: source.url });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["table-differs"] });
    expect(said).toContain("the first rows: (42) changed");
    expect(JSON.stringify(proof)).not.toContain("note 43");
  });

  test("a row that is gone", async () => {
    const file = await damaged("gone.sql.gz", /^42\t43\t.*\n/m, "");
    const { exitStatus, codes, said } = await verify({ file, expect: manifest });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["table-differs"] });
    expect(said).toContain("public.trade should have 300 rows");
    expect(said).toContain("came back with 299");
  });

  test("a table that is silently absent", async () => {
    const file = await source.file("absent.dump", await source.run("pg_dump -Fc -T canary shop"));
    const { exitStatus, codes, said } = await verify({ file, expect: manifest });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["table-missing"] });
    expect(said).toContain("public.canary (1 rows)");
  });

  test("a canary that is not there", async () => {
    const { exitStatus, codes } = await verify({ file: at("custom"), canary: "canary-7f3a" });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["canary-missing"] });
  });

  test("a query of the manifest that gives something else", async () => {
    const text = JSON.parse(await readFile(manifest, "utf8")) as object;
    const queries = [
      { name: "accounts", sql: "select count(*) from account", expect: "50" },
      { name: "richest", sql: "select max(id) from trade", expect: "301" },
    ];
    const asking = await source.file("queries.json", JSON.stringify({ ...text, queries }));
    const { exitStatus, codes, said } = await verify({ file: at("custom"), expect: asking });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["query-differs"] });
    expect(said).toContain("richest should give 301, and gives 300");
  });

  test("a sequence behind what it numbers", async () => {
    const file = await damaged(
      "sequence.sql.gz",
      /^SELECT pg_catalog\.setval\('public\.trade_id_seq'.*\n/m,
      "",
    );
    const { exitStatus, codes, said } = await verify({ file, expect: manifest });
    expect(exitStatus).toBe(1);
    expect(codes).toEqual(["sequence-behind", "sequence-behind"]);
    expect(said).toContain("the first insert after a restore fails");
  });

  test("a sequence that numbers nothing in the database, behind where it stood", async () => {
    const file = await damaged("ticket.sql.gz", /setval\('public\.ticket', 2,/, "setval('public.ticket', 1,");
    const { exitStatus, codes, said } = await verify({ file, expect: manifest });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["sequence-behind"] });
    expect(said).toContain("public.ticket stands at 1, and stood at 2");
  });

  test("an index and a right that are gone, against the source", async () => {
    const text = plain.replace(/^CREATE INDEX trade_account .*\n/m, "").replace(/^GRANT SELECT .*\n/m, "");
    const file = await source.file("schema.sql", text);
    const { exitStatus, codes, said } = await verify({ file, source: source.url });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["schema-differs"] });
    expect(said).toContain("trade_account");
  });
});

describe("a restore that fails", () => {
  test("an error in the middle, which leaves psql's exit status at 0", async () => {
    const file = await damaged("error.sql.gz", "CREATE VIEW public.rich", "CREATE VUE public.rich");
    const { exitStatus, codes, said } = await verify({ file, expect: manifest });
    expect({ exitStatus, codes }).toEqual({
      exitStatus: 1,
      codes: ["restore-error", "restore-error"].slice(0, codes.length),
    });
    expect(said).toContain('syntax error at or near "VUE"');
  });

  test.each(["plain", "custom"])("a role that nothing in the backup makes (%s)", async (kind) => {
    const { exitStatus, codes, said } = await verify({ file: at(kind), canary: "canary-7f3a9", roles: [] });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["role-missing"] });
    expect(said).toContain("role abtuser");
    expect(said).toContain("pg_dumpall --globals-only");
  });

  test("one that never ends", async () => {
    const file = await damaged("endless.sql.gz", /^CREATE VIEW/m, "select pg_sleep(3600);\nCREATE VIEW");
    const { exitStatus, codes } = await verify({ file, expect: manifest, limits: { timeMs: 8000 } });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 2, codes: ["restore-timed-out"] });
  });

  test("one for which there is no space", async () => {
    const big =
      "create table public.big as select n, repeat(md5(n::text), 40) from generate_series(1, 200000) n;\nCREATE VIEW";
    const file = await damaged("big.sql.gz", /^CREATE VIEW/m, big);
    const { exitStatus, codes, said } = await verify({
      file,
      expect: manifest,
      limits: { diskBytes: 128 * 2 ** 20 },
    });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 69, codes: ["no-space"] });
    expect(said).toContain("--disk");
  });

  test("one for which there is no memory", async () => {
    const hog =
      "select length(string_agg(repeat('x', 1000000), '')) from generate_series(1, 900);\nCREATE VIEW";
    const file = await damaged("hog.sql.gz", /^CREATE VIEW/m, hog);
    const limits = { memoryBytes: 300 * 2 ** 20, diskBytes: 128 * 2 ** 20 };
    const { exitStatus, codes, said } = await verify({ file, expect: manifest, limits });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 69, codes: ["no-memory"] });
    expect(said).toContain("--memory");
  });

  test("one that takes longer than it may", async () => {
    const { exitStatus, codes } = await verify({ file: at("custom"), expect: manifest, maxRestoreMs: 1 });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["restore-too-slow"] });
  });
});

describe("hostile input", () => {
  test("a zip bomb", async () => {
    const file = await source.file("bomb.gz", await gzipped(Buffer.alloc(200 * 2 ** 20)));
    const { exitStatus, codes, said } = await verify({ file, expect: manifest });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["decompression-bomb"] });
    expect(said).toContain("more than 250 times");
  });

  test("a file that unpacks to more than there is room for", async () => {
    const content = randomBytes(50 * 2 ** 20).toString("hex");
    const file = await source.file("large.gz", await gzipped(content));
    const { exitStatus, codes } = await verify({
      file,
      expect: manifest,
      limits: { diskBytes: 80 * 2 ** 20 },
    });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 69, codes: ["no-space"] });
  });

  test("SQL that calls programs: none runs, each is named", async () => {
    const calls = [
      "copy (select 'from the server') to program 'cat > /tmp/copied';",
      "do $$ begin execute 'copy (select 1) to pro' || 'gram ''id'''; end $$;",
      "\\! touch /tmp/from-psql",
      "\\copy (select 1) to program 'cat'",
      "\\o |tee /tmp/piped",
      "\\o",
    ].join("\n");
    // Its author leaves out what makes psql refuse such commands in dumps of late.
    const text = plain
      .replace(/^\\(un)?restrict .*\n/gm, "")
      .replace(/^CREATE VIEW/m, () => `${calls}\nCREATE VIEW`);
    const file = await source.file("hostile.sql", text);
    const { exitStatus, codes, said } = await verify({ file, expect: manifest });
    expect(exitStatus).toBe(1);
    expect(codes.filter((code) => code === "shell-attempt")).toHaveLength(5);
    for (const call of ["cat > /tmp/copied", "id", "touch /tmp/from-psql", "tee /tmp/piped"]) {
      expect(said).toContain(`(${call})`);
    }
  });

  test("SQL that locks everybody out: nothing is known, and that is said", async () => {
    const lock = "ALTER ROLE drill_sandbox NOLOGIN;\nCREATE VIEW";
    const file = await damaged("locked.sql.gz", /^CREATE VIEW/m, lock);
    const { exitStatus, codes, said } = await verify({ file, expect: manifest });
    expect({ exitStatus, codes: codes[0] }).toEqual({ exitStatus: 2, codes: "check-not-run" });
    expect(said).toContain("not permitted to log in");
  });

  test("SQL that says more than anybody wants to read", async () => {
    const flood =
      "do $$ begin for n in 1..200000 loop raise warning '%', repeat('x', 100); end loop; end $$;\nCREATE VIEW";
    const file = await damaged("flood.sql.gz", /^CREATE VIEW/m, flood);
    const { exitStatus } = await verify({ file, expect: manifest });
    expect(exitStatus).toBe(0);
  });
});
