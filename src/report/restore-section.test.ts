import { expect, test } from "vitest";
import { assembleEvidence } from "../evidence/assemble.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { sampleMetRun } from "../evidence/testing/sample-met.ts";
import { restoreSection } from "./restore-section.ts";

const met = assembleEvidence(sampleMetRun().input);

const application: Evidence["restoredApplications"][number] = {
  service: "backend-test",
  healthy: true,
  detail: "it answers /health with 200",
  differing: [],
  sealed: { kept: 200, readable: 200 },
};

const section = (change: Partial<typeof application>): string =>
  restoreSection({ ...met, kind: "restore", restoredApplications: [{ ...application, ...change }] });

test("an application that was started from a restored configuration is told with what its key opens", () => {
  expect(section({})).toContain(
    "The application in `backend-test`, started from the restored configuration, is healthy (it answers /health with 200); its environment is the one in force, the hosts of its stores aside. Of 200 encrypted values of the database its key opens 200 in the restored copy.",
  );
});

test("variables are named and their values are not", () => {
  const text = section({
    healthy: false,
    detail: "its container does not run",
    differing: ["KEY"],
    sealed: null,
  });
  expect(text).toContain(
    "is not healthy (its container does not run); not as in the environment in force: `KEY`.",
  );
  expect(text).not.toContain("encrypted");
});
