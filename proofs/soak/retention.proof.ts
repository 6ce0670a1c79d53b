import { proof } from "../../src/authoring/proof.ts";
import type { Age } from "../../system/abtpro/earlier-backups.ts";
import { deletion, keeping, old, retentionOptions } from "../retention-story.ts";
import { all, replacing } from "../runbook-edits.ts";

const young: Age = { days: 29, good: true };

const deletingFromBucket = `| while read -r batch; do aws s3api delete-objects --no-cli-pager --bucket "$bucket" --delete "$batch" || exit; done`;
const deletingHere = `if [[ \${old##*/} < $limit ]]; then rm -r "$old" || exit; fi`;
/** A procedure that looks at nothing would otherwise be found by its own verification. */
const verifyingNothing = all(
  replacing(`select(. < env.limit and . != env.newest)] == []'`, `select(false)] == []'`),
  replacing(`then echo "$old"; fi; done)"`, `then :; fi; done)"`),
);

export const deletesNothing = proof(
  "A procedure that deletes nothing and says that it did is found to keep too long, in both places",
  {
    ...retentionOptions,
    runbook: {
      reference: deletion,
      edit: all(
        replacing(deletingFromBucket, "> /dev/null"),
        replacing(deletingHere, `if [[ \${old##*/} < $limit ]]; then :; fi`),
        verifyingNothing,
      ),
    },
    expect: {
      verdict: "missed",
      codes: ["kept-too-long"],
      without: ["kept-too-short", "last-backup-deleted", "step-failed"],
      messages: [
        /Expected operator to hold nothing .* 1 backup still there: 31 d\./,
        /Expected s3 to hold nothing/,
      ],
    },
  },
  keeping(young, old),
);

export const deletesHereOnly = proof(
  "A procedure that deletes in the local folder, and in the bucket by name only, is found to keep too long there",
  {
    ...retentionOptions,
    runbook: {
      reference: deletion,
      edit: all(
        replacing(". != env.newest) | {Key, VersionId}]", ". != env.newest) | {Key}]"),
        verifyingNothing,
      ),
    },
    expect: {
      verdict: "missed",
      codes: ["kept-too-long"],
      without: ["kept-too-short", "last-backup-deleted", "step-failed"],
      messages: [/Expected s3 to hold nothing .*: 31 d \(as an old version or under another name\)/],
      check: ({ retention }) =>
        retention.flatMap(({ backups }) =>
          backups
            .filter(({ place, holds }) => place === "operator" && !holds)
            .map(({ backup }) => `expected ${backup} to be as it has to be on the operator`),
        ),
    },
  },
  keeping(young, old),
);

export const deletesTooMuch = proof(
  "A procedure that keeps 28 days instead of 30 is found to keep too short",
  {
    ...retentionOptions,
    runbook: { reference: deletion, edit: replacing("-d '30 days ago'", "-d '28 days ago'") },
    expect: {
      verdict: "missed",
      codes: ["kept-too-short"],
      without: ["kept-too-long", "last-backup-deleted"],
      messages: [/Expected operator to keep .* 29 d/, /Expected s3 to keep .* 29 d/],
    },
  },
  keeping({ days: 2, good: true }, young, old),
);
