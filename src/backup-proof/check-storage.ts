import { execInContainer } from "../engine/exec.ts";
import { quoteIdentifier } from "../integrity/column-expression.ts";
import { checkPages } from "./base-backup-files.ts";
import type { ProofRecord } from "./proof-record.ts";
import type { RestoredServer } from "./restored-server.ts";
import type { RestoredDatabase } from "./restored-session.ts";
import { sandboxUser, type Sandbox } from "./sandbox.ts";

/** Every index against its table, every table's pages: in a fresh restore a defect of server or memory, or of a collation's order. */
export async function checkStorage(
  { docker, limits }: Sandbox,
  record: ProofRecord,
  { container, workshop, major, kind }: RestoredServer,
  restored: readonly RestoredDatabase[],
): Promise<void> {
  if (restored.length === 0) return;
  const databases = restored.flatMap(({ database }) => ["-d", quoteIdentifier(database)]);
  const thorough = [
    "--heapallindexed",
    "--parent-check",
    "--rootdescend",
    ...(major >= 17 ? ["--checkunique"] : []),
  ];
  const { exitStatus, stdout, stderr } = await execInContainer(
    docker,
    container.id,
    [
      "pg_amcheck",
      "-h",
      "/tmp",
      "-U",
      sandboxUser,
      ...databases,
      "--install-missing",
      "-j",
      "2",
      ...thorough,
    ],
    { timeoutMs: limits.timeMs },
  );
  const said = `${stdout} ${stderr}`.trim().replace(/\s+/g, " ").slice(0, 300);
  record.check("indexes and pages are sound", {
    passed: "pg_amcheck found nothing, every row of every index looked up",
    findings:
      exitStatus === 0
        ? []
        : [
            exitStatus === 2
              ? {
                  code: "corruption",
                  message: `pg_amcheck found corruption in the restored database: ${said}.`,
                }
              : {
                  code: "check-not-run",
                  message: `pg_amcheck could not check the restored database: ${said}.`,
                },
          ],
  });
  if (kind !== "base-backup" && kind !== "pgbackrest") return;
  // Page by page only while nobody writes.
  await container.stop({ t: 60 });
  const pages = await checkPages(docker, workshop, limits.timeMs);
  if (pages === undefined) {
    record.notProven.push(
      "Pages that no check has read: the server that was backed up has no checksums of pages (initdb --data-checksums).",
    );
    return;
  }
  record.check("every page has its checksum", { passed: "pg_checksums read all of them", findings: pages });
}
