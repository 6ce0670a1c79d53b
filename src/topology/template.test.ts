import { expect, test } from "vitest";
import { renderTemplate } from "./template.ts";

test("a known name is replaced wherever it stands", () => {
  expect(renderTemplate("a=${ONE} b=${TWO}${ONE}", { ONE: "1", TWO: "2" })).toBe("a=1 b=21");
});

test("an unknown name is left for Compose and the shell", () => {
  expect(renderTemplate("${DATABASE_URL} ${PGDATA:-x} $HOME", { ONE: "1" })).toBe(
    "${DATABASE_URL} ${PGDATA:-x} $HOME",
  );
});

test("a value that looks like a replacement pattern or a placeholder is taken literally", () => {
  expect(renderTemplate("${ONE}", { ONE: "$& ${TWO}", TWO: "2" })).toBe("$& ${TWO}");
});

test("a name from Object's prototype is not a value", () => {
  expect(renderTemplate("${constructor} ${CONSTRUCTOR}", {})).toBe("${constructor} ${CONSTRUCTOR}");
});
