import { backedUpRows, byHand, followSection, startWithData, together } from "./backup-jobs.ts";
import { atMost, type BenchRow } from "./bench-row.ts";
import { median, secondsOf } from "./timing.ts";

const rounds = 3;

const bucket = "$(sed -n 's/^AWS_S3_BUCKET=//p' .env)";

/** What a person types for the same file: as compressed, as encrypted, and an error of any part is one. */
const dump = `docker-compose exec -T postgres pg_dump -U postgres --format=custom --compress=zstd abtpro_db < /dev/null |
  openssl cms -encrypt -aes-256-gcm -binary -stream -outform DER -recip /etc/abtpro/keys/backup.crt -keyopt rsa_padding_mode:oaep -out /tmp/by-hand.cms`;
const upload = `aws s3 cp --only-show-errors /tmp/by-hand.cms "s3://${bucket}/by-hand.cms"`;

/** The corrected backup job, step by step and whole, against a bare dump and a bare upload. */
export async function measureDump(): Promise<BenchRow[]> {
  await using topology = await startWithData("benchdmp");
  const bare: number[] = [];
  const bareStored: number[] = [];
  const step: number[] = [];
  const job: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const dumped = await secondsOf(() => byHand(topology, dump));
    const uploaded = await secondsOf(() => byHand(topology, upload));
    const steps = await followSection(topology, "daily-backup");
    // The first round finds nothing in any cache.
    if (round === 0) continue;
    bare.push(dumped);
    bareStored.push(dumped + uploaded);
    step.push(together(steps, ["dump-database"]));
    job.push(together(steps));
  }
  const of = `${backedUpRows.toLocaleString("en")} rows`;
  return [
    atMost(1.5, {
      job: `${of} dumped, compressed and encrypted, median of ${rounds}`,
      byHand: median(bare),
      here: median(step),
      unit: "s",
      note: "and every row digested in the same snapshot",
    }),
    atMost(3, {
      job: `${of} dumped and in the bucket, median of ${rounds}`,
      byHand: median(bareStored),
      here: median(job),
      unit: "s",
      note: "whole daily backup: roles, Redis, configuration, everything read back, old backups deleted",
    }),
  ];
}
