import { proof } from "../src/authoring/proof.ts";
import { corruption, corruptionOptions, wrongUpdateThen } from "./corruption-story.ts";
import { replacing } from "./runbook-edits.ts";

export const recoveredDamage = proof(
  "A recovery to an instant after the damage brings it back although service works, and a replica left on the old timeline is noticed",
  {
    ...corruptionOptions,
    runbook: {
      reference: corruption,
      edit: replacing(
        `docker-compose stop -t 30 postgres-replica &&
  docker-compose run --rm -T --no-deps postgres-replica find /var/lib/postgresql/data -mindepth 1 -delete < /dev/null &&
  docker-compose start postgres-replica
state=;`,
        `state=left;`,
      ),
    },
    expect: {
      verdict: "missed",
      codes: ["damage-left", "changed-payload", "integrity-difference", "redundancy-lost", "step-failed"],
      without: ["not-recovered", "recovery-stopped-early"],
      messages: [/Expected postgres-replica to stream .* found that it does not stream/],
    },
  },
  wrongUpdateThen(({ observe }) => observe.serverSecond()),
);
