import { expect, test } from "vitest";
import { keyFinding, verifyFindings } from "./repository-checks.ts";
import type { Repository } from "./repository.ts";

const repository = (isEncrypted: boolean): Repository => ({ path: "/repo", isEncrypted }) as Repository;

test.each([
  [true, true, undefined, undefined],
  [false, false, undefined, undefined],
  [true, false, "[FormatError]", "key-missing"],
  [true, true, "[FormatError]", "not-decryptable"],
  [false, true, undefined, "not-encrypted"],
  [false, false, "[FormatError]", "damaged"],
])("encrypted %s, with a key %s, %s: %s", (isEncrypted, hasKey, trouble, code) => {
  expect(keyFinding(repository(isEncrypted), hasKey, trouble)?.code).toBe(code);
});

const clean = `stanza: demo
status: ok
  archiveId: 17-1, total WAL checked: 7, total valid WAL: 7
    missing: 0, checksum invalid: 0, size invalid: 0, other: 0
  backup: 20261124-151042F, status: valid, total files checked: 969, total valid files: 969
    missing: 0, checksum invalid: 0, size invalid: 0, other: 0
`;

test("a repository that verified has no finding", () => {
  expect(verifyFindings(clean)).toEqual([]);
});

test("files that are not as they were written are named", () => {
  const log =
    "2026-11-24 15:14:43.759 P01   INFO: invalid checksum '17-1/0000000100000000/000000010000000000000004-ccc7.zst'\n";
  const bad = clean.replace("status: ok", "status: error");
  expect(verifyFindings(`${log}${bad}`)).toEqual([
    {
      code: "damaged",
      message:
        "Files of the repository are not as pgBackRest wrote them: invalid checksum '17-1/0000000100000000/000000010000000000000004-ccc7.zst'.",
    },
  ]);
});

test("a backup without a manifest is found, although pgBackRest says that its status is ok", () => {
  const [finding] = verifyFindings(clean.replace("status: valid", "status: manifest missing"));
  expect(finding?.message).toContain("20261124-151042F is manifest missing");
});

test("an answer that is none is no proof", () => {
  expect(verifyFindings("ERROR: [056]: unable to lock")).toHaveLength(1);
});
