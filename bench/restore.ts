import { backedUpRows, byHand, followSection, startWithData, together } from "./backup-jobs.ts";
import { atMost, type BenchRow } from "./bench-row.ts";
import { median, secondsOf } from "./timing.ts";

const rounds = 3;

const emptyServer = `docker-compose --profile test rm -sf postgres-test
docker-compose --profile test run --rm -T --no-deps postgres-test find /var/lib/postgresql/data -mindepth 1 -delete < /dev/null
docker-compose --profile test up -d --wait postgres-test`;

const fetch = `bucket=$(sed -n 's/^AWS_S3_BUCKET=//p' .env)
stamp=$(ls /backups | grep -E '^[0-9]{8}T[0-9]{6}Z$' | tail -n 1)
aws s3 cp --only-show-errors "s3://$bucket/backups/$stamp/dump.cms.000" /tmp/by-hand.cms`;

/** The roles are not in the file. */
const restore = `openssl cms -decrypt -binary -inform DER -inkey /etc/abtpro/keys/backup.key -in /tmp/by-hand.cms |
  docker-compose exec -T postgres-test pg_restore -U postgres --exit-on-error --no-owner --no-acl --create -d postgres`;

const count = `docker-compose exec -T postgres-test psql -X -At -U postgres -d abtpro_db -c 'SELECT count(*) FROM tradelog' < /dev/null`;

/** From the encrypted file to a server with all of it. */
const dataSteps = [
  "decrypt-backup",
  "restore-roles",
  "restore-schema",
  "restore-data",
  "restore-indexes",
] as const;

/** The corrected restore of one backup against a bare pg_restore of the same file. */
export async function measureRestore(): Promise<BenchRow[]> {
  await using topology = await startWithData("benchrst");
  await followSection(topology, "daily-backup");
  const bare: number[] = [];
  const bareWhole: number[] = [];
  const data: number[] = [];
  const whole: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const prepared = await secondsOf(() => byHand(topology, `${emptyServer}\n${fetch}`));
    const restored = await secondsOf(() => byHand(topology, restore));
    const rows = await byHand(topology, count);
    if (Number(rows) !== backedUpRows) throw new Error(`restored ${rows.trim()} rows by hand`);
    const steps = await followSection(topology, "restore-to-test-environment");
    // The first round finds nothing in any cache.
    if (round === 0) continue;
    bare.push(restored);
    bareWhole.push(prepared + restored);
    data.push(together(steps, dataSteps));
    whole.push(together(steps));
  }
  const of = `${backedUpRows.toLocaleString("en")} rows`;
  return [
    atMost(1.5, {
      job: `${of} restored from the encrypted dump, median of ${rounds}`,
      byHand: median(bare),
      here: median(data),
      unit: "s",
      note: "with roles, the dump's checksum and statistics",
    }),
    atMost(2, {
      job: `${of} fetched and restored into an empty server, median of ${rounds}`,
      byHand: median(bareWhole),
      here: median(whole),
      unit: "s",
      note: "every table compared with the manifest, every index with its table",
    }),
  ];
}
