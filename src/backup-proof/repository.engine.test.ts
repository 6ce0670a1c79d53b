import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRepositorySource, type RepositorySource } from "./testing/repository-source.ts";
import { verify as verifyOn, type Verified } from "./testing/verify.ts";

const archive = "archive/shop/17-1/0000000100000000";
/** Overwrites one byte of a file. */
const flip = (file: string, at: number): string =>
  `f=$(ls -S ${file} | head -n 1) && printf '\\125' | dd of=$f bs=1 seek=${at} conv=notrunc 2> /dev/null && ls $f`;

let source: RepositorySource;
let repository: string;
let key: string;
let between: Date;
/** The segment that was archived while no backup was made. */
let lonely: string;
let base: { file: string; wal: string };

const verify = (options: Parameters<typeof verifyOn>[1]): Promise<Verified> =>
  verifyOn(source.engine, { roles: [], ...options });

async function damaged(name: string, change: string, options: { target?: Date } = {}): Promise<Verified> {
  return verify({ file: await source.copy(name, change), key, ...options });
}

beforeAll(async () => {
  source = await startRepositorySource();
  key = await source.file("passphrase", `${source.passphrase}\n`);
  await source.sql("delete from cache");
  await source.run("pg_basebackup -D /tmp/base -Ft -X none -c fast");
  await source.sql("insert into canary values ('canary-before')");
  between = await source.instant();
  lonely = (await source.run("psql -Atc 'select pg_walfile_name(pg_current_wal_lsn())'")).toString().trim();
  await source.sql("insert into canary values ('canary-after')");
  await source.archive();
  await source.archive();
  await source.pgbackrest("--type=full backup");
  await source.sql("insert into canary values ('canary-last')");
  await source.archive();
  repository = await source.copy("intact");
  // pgBackRest hands segments out where the server is, and nowhere else.
  const fetchAll = `mkdir /tmp/wal && cd /var/lib/postgresql/data && for f in $(cd /tmp/repository/${archive} && ls | grep -oE '^[0-9A-F]{24}-' | tr -d -); do pgbackrest --config=/tmp/pgbackrest.conf --stanza=shop archive-get $f /tmp/wal/$f; done`;
  base = {
    file: await source.file("base.tar", await source.run("cat /tmp/base/base.tar")),
    wal: await source.file("wal.tar", await source.run(`{ ${fetchAll}; } >&2 && cd /tmp/wal && tar -cf - *`)),
  };
}, 120_000);

afterAll(async () => {
  await source[Symbol.asyncDispose]();
});

describe("an intact repository is proven", () => {
  test("as far as its WAL goes, against the server that still stands as it is", async () => {
    const { exitStatus, said, proof, report } = await verify({ file: repository, key, source: source.url });
    expect({ exitStatus, said }).toEqual({ exitStatus: 0, said: "" });
    expect(proof.backup).toMatchObject({ kind: "pgbackrest", wrappings: ["pgbackrest"] });
    expect(report).toContain("segments without a gap");
  });

  test("at an instant between two backups, with what was written before it and nothing else", async () => {
    const options = { file: repository, key, target: between };
    const there = await verify({ ...options, canary: "canary-before" });
    expect({ exitStatus: there.exitStatus, said: there.said }).toEqual({ exitStatus: 0, said: "" });
    const { codes, exitStatus } = await verify({ ...options, canary: "canary-after" });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["canary-missing"] });
  });
});

describe("a repository from which nobody restores", () => {
  test("without its key, and with another one", async () => {
    const none = await verify({ file: repository });
    expect(none).toMatchObject({ exitStatus: 1, codes: ["key-missing"] });
    const wrong = await verify({ file: repository, key: await source.file("wrong", "another passphrase") });
    expect(wrong).toMatchObject({ exitStatus: 1, codes: ["not-decryptable"] });
    expect(wrong.said).not.toContain("passphrase");
  });

  test("whose only backup has lost its WAL", async () => {
    const { codes, exitStatus, said } = await damaged("no-wal", `rm -r ${archive}`);
    expect(exitStatus).toBe(1);
    expect(codes).toContain("wal-missing");
    expect(said).toContain("without them no server opens it");
  });

  test("that lacks a file of its newest backup", async () => {
    const { codes, exitStatus } = await damaged(
      "no-file",
      "rm $(ls -d backup/shop/2*F | tail -n 1)/bundle/1",
    );
    expect(exitStatus).toBe(1);
    expect(codes).toContain("damaged");
  });
});

describe("damage that a restore would not show", () => {
  test("a segment that is missing between two backups", async () => {
    const { codes, exitStatus, said } = await damaged("hole", `rm ${archive}/${lonely}-*`);
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["wal-missing"] });
    expect(said).toContain(`lacks ${lonely}`);
  });

  test("a flipped bit in a segment", async () => {
    const { codes, exitStatus, said } = await damaged("segment", flip(`${archive}/${lonely}-*`, 200));
    expect(exitStatus).toBe(1);
    expect(codes).toContain("damaged");
    expect(said).toContain(lonely);
  });

  test("a flipped bit in a file of a backup that was not restored", async () => {
    const { codes, exitStatus, said } = await damaged(
      "file",
      flip("$(ls -d backup/shop/2*F | head -n 1)/bundle/1", 900_000),
    );
    expect(exitStatus).toBe(1);
    expect(codes).toContain("damaged");
    expect(said).toContain("bundle/1");
  });
});

describe("an instant that can't be reached", () => {
  test("before the oldest backup", async () => {
    const { codes, exitStatus, said } = await verify({
      file: repository,
      key,
      target: new Date("2020-01-01T00:00:00Z"),
    });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["target-unreachable"] });
    expect(said).toContain("does not reach back to 2020-01-01");
  });

  test("after the last transaction that was archived", async () => {
    const { codes, exitStatus, said } = await verify({
      file: repository,
      key,
      target: new Date(Date.now() + 3_600_000),
    });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["target-unreachable"] });
    expect(said).toContain("it ends before that, after the transaction of");
  });

  test("behind a segment that is missing", async () => {
    const { codes, exitStatus } = await damaged("hole-before", `rm ${archive}/${lonely}-*`, {
      target: between,
    });
    expect(exitStatus).toBe(1);
    expect(codes).toContain("wal-missing");
    expect(codes).toContain("target-unreachable");
  });
});

describe("a base backup with the WAL that was archived since", () => {
  test("is recovered to an instant", async () => {
    const options = { ...base, target: between };
    const there = await verify({ ...options, canary: "canary-before" });
    expect({ exitStatus: there.exitStatus, said: there.said }).toEqual({ exitStatus: 0, said: "" });
    expect(await verify({ ...options, canary: "canary-after" })).toMatchObject({ codes: ["canary-missing"] });
  });

  test("is not recovered to one that its WAL does not reach", async () => {
    const { codes, exitStatus } = await verify({ ...base, target: new Date(Date.now() + 3_600_000) });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["target-unreachable"] });
  });
});
