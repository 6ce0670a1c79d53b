import { proof } from "../src/authoring/proof.ts";
import { deletion, keeping, old, retentionOptions } from "./retention-story.ts";
import { all, replacing } from "./runbook-edits.ts";

export const deletesLastBackup = proof(
  "A procedure that deletes by age alone is found to delete the last good backup",
  {
    ...retentionOptions,
    runbook: {
      reference: deletion,
      edit: all(
        replacing(
          `select(.Key | split("/")[1] | . < env.limit and . != env.newest)`,
          `select(.Key | split("/")[1] | . < env.limit)`,
        ),
        replacing(
          `-name '*T*Z' ! -name "$newest" | while read -r old; do
  if`,
          `-name '*T*Z' | while read -r old; do
  if`,
        ),
      ),
    },
    expect: {
      verdict: "missed",
      codes: ["last-backup-deleted"],
      without: ["kept-too-short", "kept-too-long"],
      messages: [/last good backup \(31 d\) .* gone from operator and gone from s3/],
    },
  },
  keeping(old, { days: 1, good: false }),
);
