import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startBackupSource, type BackupSource } from "./backup-source.ts";

export interface RepositorySource extends BackupSource {
  /** Passphrase of the repository. */
  readonly passphrase: string;
  /** Runs pgBackRest next to the server. */
  pgbackrest(command: string): Promise<void>;
  /** The first segment not yet written is begun, and the last is in the archive. */
  archive(): Promise<void>;
  /** The server's time, after a full second in which nothing was written. */
  instant(): Promise<Date>;
  /** A copy of the repository as it is, in the folder. `change` runs in the copy first. */
  copy(name: string, change?: string): Promise<string>;
}

const configuration = "/tmp/pgbackrest.conf";
const passphrase = "a passphrase of the test";

/** A server that archives into an encrypted pgBackRest repository, with one full backup. */
export async function startRepositorySource(): Promise<RepositorySource> {
  const command = `pgbackrest --config=${configuration} --stanza=shop`;
  const source = await startBackupSource({
    image: "postgres-archive:17",
    settings: { archive_mode: "on", archive_command: `${command} archive-push %p` },
  });
  const lines = [
    "[global]",
    ...["repo1-path=/tmp/repository", "repo1-cipher-type=aes-256-cbc", `repo1-cipher-pass=${passphrase}`],
    ...["repo1-retention-full=9", "repo1-bundle=y", "compress-type=zst", "start-fast=y"],
    ...["log-level-console=error", "log-level-file=off", "lock-path=/tmp/lock"],
    ...["[shop]", "pg1-path=/var/lib/postgresql/data", "pg1-user=postgres", "pg1-database=postgres"],
  ];
  await source.run(`printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} > ${configuration}`);
  const pgbackrest = async (words: string): Promise<void> => {
    await source.run(`${command} ${words}`);
  };
  await pgbackrest("stanza-create");
  await pgbackrest("--type=full backup");
  return {
    ...source,
    passphrase,
    pgbackrest,
    archive: () => pgbackrest("check"),
    async instant() {
      const said = await source.run(
        "sleep 1; psql -Atc \"set timezone = 'UTC'\" -c 'select now()' | tail -n 1; sleep 1",
      );
      return new Date(said.toString("utf8").trim().replace(" ", "T").replace(/\+00$/, "Z"));
    },
    async copy(name, change = "true") {
      const folder = join(source.folder, name);
      await mkdir(folder);
      const archive = await source.run(
        `rm -rf /tmp/copy && cp -a /tmp/repository /tmp/copy && cd /tmp/copy && { ${change}; } >&2 && tar -cf - .`,
      );
      execFileSync("tar", ["-x", "-C", folder, "--no-same-owner"], { input: archive });
      return folder;
    },
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}
