import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestSqlFile } from "../src/backup-proof/manifest.ts";
import { usualLimits } from "../src/backup-proof/sandbox-limits.ts";
import { openVerification } from "../src/backup-proof/open-verification.ts";
import { verifyBackup } from "../src/backup-proof/verify-backup.ts";
import { connectEngine, type Engine } from "../src/engine/engine.ts";
import { execInContainer } from "../src/engine/exec.ts";
import { resolveImage } from "../src/engine/images.ts";
import { runLabels } from "../src/engine/labels.ts";
import { removeRun } from "../src/engine/remove-run.ts";
import { waitUntil } from "../src/topology/wait-until.ts";
import { atMost, type BenchRow } from "./bench-row.ts";
import { secondsOf } from "./timing.ts";

const rows = 200_000;
const rounds = 3;

/** What a person does for a proof: a plain container, pg_restore in it, and one md5 over one column. */
const column = "select md5(string_agg(payload, '' order by id)) from entry";

/** A custom dump of 200,000 rows verified here, every table and index of it, and by hand as above: from file to answer. */
export async function measureBackupProof(): Promise<BenchRow[]> {
  const engine = await connectEngine();
  const folder = await mkdtemp(join(tmpdir(), "drill-bench-"));
  try {
    const { dump, manifest } = await writeBackup(engine, folder);
    const here: number[] = [];
    const byHand: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      byHand.push(await secondsOf(() => verifyByHand(engine, dump)));
      here.push(await secondsOf(() => verifyHere(engine, dump, manifest, join(folder, String(round)))));
    }
    return [
      atMost(1.25, {
        job: `a custom dump of ${rows.toLocaleString("en")} rows proven, best of ${rounds}`,
        byHand: Math.min(...byHand),
        here: Math.min(...here),
        unit: "s",
        note: "sealed, every row, index and sequence",
      }),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeBackup(engine: Engine, folder: string): Promise<{ dump: string; manifest: string }> {
  await using server = await startPlain(engine);
  await server.run([
    "psql -v ON_ERROR_STOP=1 -U postgres -q -c",
    `"create table entry (id bigint primary key, owner int, at timestamptz default now(), payload text);
      create index on entry (owner);
      insert into entry (id, owner, payload) select n, n % 1000, md5(n::text) || md5((n * 7)::text) from generate_series(1, ${rows}) n"`,
  ]);
  const dump = join(folder, "entry.dump");
  const manifest = join(folder, "entry.json");
  const archive = await server.run(["pg_dump -U postgres -Fc postgres | base64 -w 0"]);
  await writeFile(dump, Buffer.from(archive, "base64"));
  const sql = await readFile(manifestSqlFile, "utf8");
  const session = "psql -XAtq -v ON_ERROR_STOP=1 -U postgres -c begin -f - -c commit";
  await writeFile(manifest, await server.run([session], sql));
  return { dump, manifest };
}

async function verifyHere(engine: Engine, file: string, expect: string, out: string): Promise<void> {
  await mkdir(out);
  await using opened = await openVerification({
    file,
    expect,
    roles: [],
    limits: await usualLimits(),
    signal: new AbortController().signal,
    say: () => undefined,
  });
  const { proof } = await verifyBackup(engine, opened, out);
  if (proof.verdict !== "met") throw new Error(proof.reasons.map(({ message }) => message).join(" "));
}

async function verifyByHand(engine: Engine, file: string): Promise<void> {
  await using server = await startPlain(engine);
  const dump = (await readFile(file)).toString("base64");
  await server.run(["base64 -d | pg_restore -U postgres -d postgres"], dump);
  const answer = await server.run([`psql -U postgres -At -c "${column}"`]);
  if (!/^[0-9a-f]{32}$/.test(answer.trim())) throw new Error(`no md5: ${answer}`);
}

interface PlainContainer extends AsyncDisposable {
  run(words: readonly string[], stdin?: string): Promise<string>;
}

async function startPlain({ docker }: Engine): Promise<PlainContainer> {
  const runId = `p${randomUUID().replaceAll("-", "").slice(0, 7)}`;
  const container = await docker.createContainer({
    Image: await resolveImage(docker, "postgres:17"),
    Labels: runLabels(runId),
    Env: ["POSTGRES_PASSWORD=pw"],
  });
  await container.start();
  const run = async (words: readonly string[], stdin?: string): Promise<string> => {
    const argv = ["bash", "-c", `set -o pipefail; ${words.join(" ")}`];
    const options = { timeoutMs: 300_000, ...(stdin === undefined ? {} : { stdin }) };
    const { exitStatus, stdout, stderr } = await execInContainer(docker, container.id, argv, options);
    if (exitStatus !== 0)
      throw new Error(`${words.join(" ").slice(0, 80)} ended with ${exitStatus}: ${stderr}`);
    return stdout;
  };
  const wait = { what: "the server to be ready", deadlineMs: 60_000, signal: AbortSignal.timeout(90_000) };
  await waitUntil(wait, async () => {
    // By TCP: the server that the entrypoint starts for its own use listens on the socket only.
    await run(["pg_isready -q -h 127.0.0.1"]);
    return undefined;
  });
  return {
    run,
    async [Symbol.asyncDispose]() {
      await removeRun(docker, runId);
    },
  };
}
