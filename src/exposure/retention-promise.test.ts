import { expect, test } from "vitest";
import { retentionPromise } from "./retention-promise.ts";

test("the retention of the dumps, or of the kind that is asked for, is read with its line, whatever else a document keeps", () => {
  const markdown = `# DR

## Point-in-Time Recovery
- **WAL archiving**: Continuous
- **Retention**: 7 days

## Automated Daily Backups
- **Frequency**: Daily at 2:00 AM UTC
- **Retention**: 30 days
`;
  expect(retentionPromise(markdown, "dr.md")).toEqual({
    seconds: 30 * 86_400,
    source: { file: "dr.md", line: 9, text: "Retention: 30 days" },
  });
  expect(retentionPromise(markdown, "dr.md", ["wal-archive"])).toEqual({
    seconds: 7 * 86_400,
    source: { file: "dr.md", line: 5, text: "Retention: 7 days" },
  });
});

test("a document that states no retention promises none", () => {
  expect(retentionPromise("# DR\n\n## Daily backups\n\n- **Frequency**: daily\n", "dr.md")).toBeUndefined();
});
