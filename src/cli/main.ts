import { Command, CommanderError, InvalidArgumentError } from "commander";
import { HarnessError } from "../harness-error.ts";
import { cleanCommand } from "./clean-command.ts";
import { compareCommand } from "./compare-command.ts";
import { listCommand } from "./list-command.ts";
import { normaliseArguments } from "./normalise-arguments.ts";
import { planCommand } from "./plan-command.ts";
import { runCommand, type RunCommandOptions } from "./run-command.ts";
import { selfTestCommand } from "./self-test-command.ts";
import { verifyBackupCommand, type VerifyBackupCommandOptions } from "./verify-backup-command.ts";

const examples = `
Examples:
  drill                                           run the drill "failover": both stores
  drill database-failover                         one scenario, with the corrected runbook
  drill database-failover --as-documented         the same disaster, with the document's own commands
  drill database-failover --runbook DR.md#manual-failover
                                                  the same disaster, with your document's section
  drill plan redis-failover                       what it would do; starts nothing
  drill verify-backup --file nightly.dump --expect nightly.manifest.json
                                                  restore a backup of yours in a sandbox, and check what came back

Exit status:
  0 met · 1 missed · 2 inconclusive · 64 bad usage · 65 bad input · 69 no engine, image or space
  70 a defect of the harness · 130, 143 interrupted

Progress goes to standard error; the last line of standard output is the path of the report.`;

function program(exit: (status: number) => void): Command {
  const drill = new Command("drill")
    .description(
      "Breaks a copy of your system on purpose, follows your document's own commands, and measures what it was worth.",
    )
    .version("0.1.0")
    .addHelpText("after", examples)
    .showHelpAfterError("(see `drill help`)")
    .exitOverride();

  drill
    .command("run")
    .description("run a drill or a scenario (default: the drill failover)")
    .argument("[name]", "a drill or scenario; see `drill list`", "failover")
    .option("--runbook <file#section>", "follow this section of this Markdown document instead")
    .option("--backup <file#section>", "with --runbook: the section that makes the backup which it restores")
    .option(
      "--preparation <file#section>",
      "follow this section instead where a scenario begins with a set-up",
    )
    .option("--as-documented", "follow the document's text instead of the corrected runbook")
    .option("--out <dir>", "folder for the evidence (default: reports/<UTC time>-<name>)")
    .option("--keep", "leave the containers running, for an hour or until `drill clean`")
    .option("--repeat <n>", "run it n times and report the distribution", positiveInteger)
    .option(
      "--rows <n>",
      "rows that the database holds before the run (repeatable: one run each)",
      collectRows,
      [],
    )
    .option(
      "--production-size <size>",
      "size of the database in production, as in 200GiB: how long would its restore take?",
    )
    .option("--seed <text>", "vary the instant of the fault, reproducibly")
    .option("--tag <tag>", "only scenarios of the drill that carry this tag (repeatable)", collect, [])
    .option("--json", "one JSON document on standard output and nothing else")
    .action(async (name: string, options: RunCommandOptions) => exit(await runCommand(name, options)));

  drill
    .command("list")
    .description("list drills and scenarios")
    .option("--json", "as JSON", false)
    .action(async (options: { json: boolean }) => listCommand(options));

  drill
    .command("plan")
    .description("show steps, targets, faults and blast radius; starts nothing")
    .argument("[name]", "a drill or scenario", "failover")
    .option("--runbook <file#section>", "with this section of this document")
    .option("--backup <file#section>", "with --runbook: the section that makes the backup which it restores")
    .option(
      "--preparation <file#section>",
      "follow this section instead where a scenario begins with a set-up",
    )
    .option("--as-documented", "with the document's own text", false)
    .option("--json", "as JSON", false)
    .action(
      async (
        name: string,
        options: {
          runbook?: string;
          backup?: string;
          preparation?: string;
          asDocumented: boolean;
          json: boolean;
        },
      ) => planCommand(name, options),
    );

  drill
    .command("clean")
    .description("remove what kept or abandoned runs left on the engine; runs that are alive stay")
    .option("--json", "as JSON", false)
    .action(async (options: { json: boolean }) => exit(await cleanCommand(options)));

  drill
    .command("compare")
    .description("show two pieces of evidence side by side, as Markdown")
    .argument("<a>", "folder with an evidence.json")
    .argument("<b>", "another one")
    .action(async (a: string, b: string) => compareCommand(a, b));

  drill
    .command("self-test")
    .description("plant defects in real runs and see whether they are caught (short form)")
    .option("--json", "as JSON", false)
    .action(async (options: { json: boolean }) => exit(await selfTestCommand(options)));

  drill
    .command("verify-backup")
    .description("restore a backup in a sandbox without a network and check what came back")
    .option(
      "--file <path|s3://bucket/key>",
      "a dump by pg_dump or pg_dumpall (plain, custom, tar), base.tar of pg_basebackup, or an RDB file of Redis; perhaps within gzip, zstd, openssl cms or gpg; or a pgBackRest repository, a folder or s3://bucket/path/",
    )
    .option(
      "--key <path>",
      "private key (openssl cms) or passphrase (gpg, pgBackRest) to decrypt with; requires it to be encrypted",
    )
    .option(
      "--target <instant>",
      "recover a base backup or a repository to that instant, as in '2026-11-09 01:59:59+00'; default: as far as its WAL goes",
    )
    .option("--stanza <name>", "of a pgBackRest repository that has several")
    .option("--globals <path>", "roles of the cluster, by `pg_dumpall --globals-only`; restored first")
    .option(
      "--all <file>",
      "a JSON file that lists backups with these options: each is verified, and a scorecard written",
    )
    .option(
      "--wal <path>",
      "WAL of a base backup (pg_wal.tar, or a tar archive of later segments too), unless it is within it",
    )
    .option("--backup-manifest <path>", "backup_manifest of a base backup: every file is compared with it")
    .option(
      "--superuser <name>",
      "a superuser of the server of which it is a base backup (default: postgres)",
    )
    .option("--role <name>", "a role that something else than the backup makes (repeatable)", collect, [])
    .option("--expect <file>", "manifest written in the dump's own snapshot")
    .option(
      "--source <url>",
      "URL of the database that was backed up, which stands still (postgresql: or redis:)",
    )
    .option("--canary <text>", "a text that some column must hold, exactly")
    .option("--sha256 <hex>", "checksum that the file must have")
    .option("--max-age <duration>", "how old it may be, as in 25h")
    .option("--max-restore <duration>", "how long fetching and restoring may take, as in 15min")
    .option(
      "--disk <size>",
      "limit for the unpacked backup, and as much for the server (default: 4g, or what memory allows)",
    )
    .option("--memory <size>", "limit for the server's processes (default: 1g)")
    .option("--time <duration>", "limit for the restore, and as much for the checks (default: 30min)")
    .option("--manifest-sql", "print the SQL that writes a manifest, and do nothing else")
    .option("--out <dir>", "folder for the evidence (default: reports/<UTC time>-verify-backup)")
    .option("--json", "one JSON document on standard output and nothing else")
    .action(async (options: VerifyBackupCommandOptions) => exit(await verifyBackupCommand(options)));

  for (const command of drill.commands) command.exitOverride();
  return drill;
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1000)
    throw new InvalidArgumentError("expected a whole number from 1 to 1000.");
  return value;
}

const mostRows = 10_000_000;

function collectRows(text: string, previous: readonly number[]): readonly number[] {
  const rows = Number(text);
  if (!Number.isInteger(rows) || rows < 1 || rows > mostRows)
    throw new InvalidArgumentError(`expected a whole number from 1 to ${mostRows}.`);
  return [...previous, rows];
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

/** Runs the program and returns its exit status; every error ends here, in one sentence. */
async function main(words: readonly string[]): Promise<number> {
  let status = 0;
  try {
    await program((value) => (status = value)).parseAsync(normaliseArguments(words), { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 64;
    if (error instanceof HarnessError) {
      process.stderr.write(`drill: ${error.message}\n`);
      return error.exitStatus;
    }
    process.stderr.write(
      `drill: a defect of the harness: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    return 70;
  }
}

// A kept run has its fence and its watches open still, and they would keep the program from ending. Whatever had to be undone or
// written has been by now.
process.exit(await main(process.argv.slice(2)));
