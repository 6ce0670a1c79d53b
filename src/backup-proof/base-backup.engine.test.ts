import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { manifestCommand, startBackupSource, type BackupSource } from "./testing/backup-source.ts";
import { verify as verifyOn, type Verified } from "./testing/verify.ts";

let source: BackupSource;
let unlogged: { file: string; expect: string };
let files: { base: string; wal: string; whole: string; backupManifest: string; expect: string };

const verify = (options: Parameters<typeof verifyOn>[1]): Promise<Verified> =>
  verifyOn(source.engine, { roles: [], ...options });

beforeAll(async () => {
  source = await startBackupSource();
  unlogged = {
    file: await source.file("unlogged.tar", await source.run("pg_basebackup -D - -Ft -X fetch -c fast")),
    expect: await source.file("unlogged.json", await source.run(manifestCommand)),
  };
  await source.sql("delete from cache");
  const expected = await source.file("manifest.json", await source.run(manifestCommand));
  await source.run(
    "pg_basebackup -D /tmp/streamed -Ft -X stream -c fast -z && pg_basebackup -D /tmp/fetched -Ft -X fetch -c fast",
  );
  files = {
    base: await source.file("base.tar.gz", await source.run("cat /tmp/streamed/base.tar.gz")),
    wal: await source.file("pg_wal.tar.gz", await source.run("cat /tmp/streamed/pg_wal.tar.gz")),
    backupManifest: await source.file(
      "backup_manifest",
      await source.run("cat /tmp/streamed/backup_manifest"),
    ),
    whole: await source.file("whole.tar", await source.run("cat /tmp/fetched/base.tar")),
    expect: expected,
  };
});

afterAll(async () => {
  await source[Symbol.asyncDispose]();
});

describe("an intact base backup is proven", () => {
  test("with its WAL beside it, against the server's own list of files and the manifest", async () => {
    const { base: file, wal, backupManifest, expect: manifest } = files;
    const { exitStatus, said, proof } = await verify({ file, wal, backupManifest, expect: manifest });
    expect({ exitStatus, said }).toEqual({ exitStatus: 0, said: "" });
    expect(proof.backup).toMatchObject({ kind: "base-backup", wrappings: ["gzip"], madeAtFrom: "manifest" });
    expect(proof.checks.filter(({ ofData }) => ofData)).toHaveLength(2);
  });

  test("with its WAL within, against the source: schema, rights and roles too", async () => {
    const { exitStatus, said, proof } = await verify({
      file: files.whole,
      source: source.url,
      maxAgeMs: 3_600_000,
    });
    expect({ exitStatus, said }).toEqual({ exitStatus: 0, said: "" });
    expect(proof.backup.madeAtFrom).toBe("dump");
  });
});

test("no base backup has the rows of an unlogged table, and that is said", async () => {
  const { exitStatus, codes, said } = await verify(unlogged);
  expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["table-differs"] });
  expect(said).toContain("public.cache should have 1 rows");
});

describe("a base backup that no server opens", () => {
  test("without its WAL", async () => {
    const { exitStatus, codes, said } = await verify({ file: files.base, expect: files.expect });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["wal-missing"] });
    expect(said).toContain("--wal");
  });

  test("with WAL that is not what was written", async () => {
    const wal = await source.file(
      "zeros.tar",
      await source.run(
        "mkdir -p /tmp/zeros && cd /tmp/zeros && tar xzf /tmp/streamed/pg_wal.tar.gz && for f in [0-9]*; do head -c 16777216 /dev/zero > $f; done && tar cf - [0-9]*",
      ),
    );
    const { exitStatus, codes } = await verify({ file: files.base, wal, expect: files.expect });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["wal-missing"] });
  });

  test("cut short", async () => {
    const whole = await readFile(files.whole);
    const file = await source.file("cut.tar", whole.subarray(0, Math.floor(whole.length * 0.7)));
    const { exitStatus, codes } = await verify({ file, expect: files.expect });
    expect(exitStatus).toBe(1);
    expect(codes).toContain("cut-short");
  });
});

describe("a flipped bit in a page of a table", () => {
  let file: string;

  beforeAll(async () => {
    const damage = `cd /tmp && rm -rf damaged && mkdir damaged && cd damaged && tar xf /tmp/fetched/base.tar
      path=$(psql -Atd shop -c "select pg_relation_filepath('trade')")
      printf '\\377' | dd of=$path bs=1 seek=8000 conv=notrunc 2> /dev/null
      tar cf - backup_label tablespace_map PG_VERSION $(ls -A | grep -vxE 'backup_label|tablespace_map|PG_VERSION')`;
    file = await source.file("damaged.tar", await source.run(damage));
  });

  test("shows in the checksums of pages", async () => {
    const { exitStatus, codes, said } = await verify({
      file,
      expect: files.expect,
    });

    expect(exitStatus).toBe(1);
    expect(codes).toContain("corruption");
    expect(said).toContain("public.trade can't be read whole");
  });

  test("shows in the server's own list of files, before any server opens it", async () => {
    const list = await source.file("list", await source.run("cat /tmp/fetched/backup_manifest"));
    const { codes, said } = await verify({ file, backupManifest: list });
    expect(codes).toContain("damaged");
    expect(said).toContain("checksum mismatch");
  });
});

describe("hostile archives", () => {
  test.each([
    [
      "a name that leads out of the folder",
      "touch /tmp/evil && tar rPf - --transform 's,^/tmp,../..,' /tmp/evil",
    ],
    ["an absolute name", "touch /tmp/evil && tar rPf - /tmp/evil"],
    ["a link that leads out of the folder", "cd /tmp && ln -sfn /etc link && tar rf - link"],
  ])("%s", async (_, append) => {
    const command = `cp /tmp/fetched/base.tar /tmp/hostile.tar && { ${append.replace(/tar (rP?f) -/, "tar $1 /tmp/hostile.tar")}; } >&2 && cat /tmp/hostile.tar`;
    const file = await source.file("hostile.tar", await source.run(command));
    const { exitStatus, codes } = await verify({ file, expect: files.expect });
    expect({ exitStatus, codes }).toEqual({ exitStatus: 1, codes: ["path-escape"] });
  });
});
