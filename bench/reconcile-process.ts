import { reconcile } from "../src/measurement/reconcile.ts";
import { openLedger } from "../src/workload/ledger-reader.ts";
import { scanPostgres } from "../src/workload/survivors-postgres.ts";

const [ledgerFile = "", host = "", port = "", run = ""] = process.argv.slice(2);
const startedAt = performance.now();
const { header, batches } = await openLedger(ledgerFile);
const result = await reconcile({
  store: "postgres",
  streams: header.streams,
  entries: batches,
  survivors: scanPostgres({
    endpoint: { host, port: Number(port) },
    user: "writer",
    password: process.env["BENCH_PASSWORD"] ?? "",
    database: "app",
    scan: "SELECT id, md5(payload) AS payload_md5, node, timeline, xid::text AS xid FROM writes WHERE run = $1",
    runs: [run],
  }),
});
const seconds = (performance.now() - startedAt) / 1000;
const { acknowledged, survivors, lost, phantoms, changedPayloads } = result;
if (acknowledged !== survivors || lost.length + phantoms.length + changedPayloads.length > 0) {
  throw new Error(`expected a ledger and rows that agree, found ${acknowledged} and ${survivors}`);
}
process.stdout.write(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
