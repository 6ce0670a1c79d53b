import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { documentExposure } from "../exposure/document-exposure.ts";
import { projectRestoreTime } from "../exposure/project-restore-time.ts";
import { seededNormal } from "../exposure/testing/seeded-noise.ts";
import { darkTheme, lightTheme } from "./picture-theme.ts";
import { projectionPicture } from "./projection-picture.ts";
import { projectionDescription, projectionSection } from "./projection-section.ts";
import { renderSvg } from "./render-svg.ts";
import { worstCaseSection } from "./worst-case-section.ts";

const mebibyte = 1_048_576;
const gibibyte = 1024 * mebibyte;

function restores(secondsOf: (mebibytes: number) => number) {
  const normal = seededNormal(3);
  return [50, 100, 200, 400, 800].flatMap((size) =>
    [1, 2, 3].map(() => ({ bytes: size * mebibyte, seconds: secondsOf(size) + 0.5 * normal() })),
  );
}

describe("the section on restore time", () => {
  const projection = projectRestoreTime(
    restores((size) => 4 + size * 0.08),
    900,
    6 * gibibyte,
  );

  test("says where the objective breaks, what the real size takes, and how it was found", () => {
    const text = projectionSection(projection);
    expect(text).toMatch(
      /Restores reach 900 s \(15 min\) between 1\d\.\d GiB and 1\d\.\d GiB, most likely at 1\d\.\d GiB\./,
    );
    expect(text).toMatch(/The real size of 6\.0 GiB would take \d+ s \(95 % of restores: /);
    expect(text).toContain(" 800.0 MiB |    3 | ");
    expect(text).toContain("Least squares over 15 restores");
    expect(text).toContain('srcset="restore-time-dark.svg"');
  });

  test("says why it does not project", () => {
    const bent = projectRestoreTime(
      restores((size) => size ** 2 / 100),
      900,
    );
    expect(projectionSection(bent)).toContain(
      "Nothing is projected. The times measured do not lie on a straight line",
    );
    expect(projectionSection(projectRestoreTime([], 900))).toBe(
      "## Restore time by size\n\nNothing is projected. Only 0 of the 5 sizes that a projection needs were measured.",
    );
  });

  test("says once why nothing is projected, for the real size too", () => {
    const text = projectionSection(projectRestoreTime([], 900, gibibyte));
    expect(text).toContain("For the real size of 1.0 GiB no time is given.");
    expect(text.split("Only 0 of the 5 sizes")).toHaveLength(2);
  });

  test("does not go beyond twenty times the largest size", () => {
    const fast = projectRestoreTime(
      restores((size) => 1 + size / 1000),
      900,
      100 * gibibyte,
    );
    const text = projectionSection(fast);
    expect(text).toContain(
      "Restores do not reach 900 s (15 min) before 15.6 GiB, 20 times the largest size measured (800.0 MiB)",
    );
    expect(text).toContain("For the real size of 100.0 GiB no time is given.");
  });

  test("is drawn in both themes, with the same bytes from the same figures", async () => {
    const draw = (theme: typeof lightTheme) =>
      renderSvg(projectionPicture(projection, theme), {
        title: "Restore time by size",
        description: projectionDescription(projection),
      });
    const light = await draw(lightTheme);
    expect(await draw(lightTheme)).toBe(light);
    expect(light).toContain("objective 900 s (15 min)");
    expect(light).toContain("6.0 GiB (real size)");
    expect(await draw(darkTheme)).toContain(darkTheme.background);
  });

  test("is drawn where nothing is projected, too", async () => {
    const bent = projectRestoreTime(
      restores((size) => size ** 2 / 100),
      900,
    );
    const svg = await renderSvg(projectionPicture(bent, lightTheme), { title: "t", description: "d" });
    expect(svg).toContain("restore time");
    expect(svg).not.toContain("NaN");
  });
});

describe("the section on the worst case", () => {
  const markdown = readFileSync(new URL("../../runbooks/as-documented.md", import.meta.url), "utf8");

  test("has a row for each disaster, each finding with its lines, and every mechanism below", () => {
    const text = worstCaseSection(documentExposure(markdown, "runbooks/as-documented.md"));
    expect(text).toMatch(
      /\| all nodes, or their storage, are gone +\| database +\| the dump .*\| more than 24 h +\| \*\*can't hold\*\* /,
    );
    const line = markdown.split("\n").findIndex((each) => each.includes("Daily at 2:00 AM")) + 1;
    expect(text).toContain(`\`runbooks/as-documented.md:${line}\` \`Frequency: Daily at 2:00 AM UTC\``);
    expect(text).toContain("<summary>Each disaster, with every mechanism and what it is worth</summary>");
    expect(text).not.toContain("### What could not be read");
  });

  test("says what was not read, and that nothing was found", () => {
    const text = worstCaseSection(
      documentExposure("# DR\n\nRPO: 1 h\n\n## Backups\n\n- pg_dump periodically <b>\n", "x.md"),
    );
    expect(text).toContain("No line of the document shows that a promise of it can't hold.");
    expect(text).toContain(
      "The schedule can't be read: “periodically” gives no longest time between two runs.",
    );
    expect(text).not.toContain("\n<b>");
  });
});
