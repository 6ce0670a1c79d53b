import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor, redactDeep } from "./redact.ts";

const secret = `s3cr'e"t/with+odd %chars\\`;

describe("redactor", () => {
  it.each([
    ["as it is", secret],
    ["in a URL", encodeURIComponent(secret)],
    [
      "in a URL with lower-case digits",
      encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
    ],
    ["in a form", new URLSearchParams({ password: secret }).toString()],
    ["in JSON", JSON.stringify({ password: secret })],
    ["in JSON inside JSON", JSON.stringify({ body: JSON.stringify({ password: secret }) })],
    ["in base64", Buffer.from(secret).toString("base64")],
    ["in base64url", Buffer.from(secret).toString("base64url")],
    ["in hexadecimal", Buffer.from(secret).toString("hex")],
    ["quoted for a shell", `'${secret.replaceAll("'", "'\\''")}'`],
    ["in an SQL literal", `'${secret.replaceAll("'", "''")}'`],
  ])("a secret %s is taken out", (_form, text) => {
    const redacted = createRedactor([secret])(`before ${text} after`);
    expect(redacted).toContain("[redacted]");
    expect(redacted).not.toContain(text);
    expect(redacted).toMatch(/^before .* after$/);
  });

  it("no decoding of a Basic header gives the secret back, wherever it begins", () => {
    const redact = createRedactor(["correcthorsebattery"]);
    for (const user of ["a", "ab", "abc", "abtuser"]) {
      const header = `Basic ${Buffer.from(`${user}:correcthorsebattery`).toString("base64")}`;
      expect(Buffer.from(redact(header).slice(6), "base64").toString()).not.toContain("horsebatt");
    }
  });

  it("a secret inside a longer one leaves no rest of the longer one", () => {
    expect(createRedactor(["abcd1234", "abcd1234efgh5678"])("x abcd1234efgh5678 y")).toBe("x [redacted] y");
  });

  it("a secret that is added later is taken out from then on", () => {
    const redact = createRedactor();
    expect(redact("late-secret")).toBe("late-secret");
    redact.add(["late-secret", ""]);
    expect(redact("late-secret")).toBe("[redacted]");
  });

  it("text without a secret stays as it is", () => {
    expect(createRedactor(["hunter2hunter2"])("postgres-replica promoted")).toBe("postgres-replica promoted");
  });

  it("any secret is gone from any place of a nested value", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), fc.array(fc.string()), (value, around) => {
        // A mark that contains the secret can't be told from the secret.
        fc.pre(!"[redacted]".includes(value));
        const nested = {
          [value]: [{ deep: [...around, value].join(" ") }],
          n: 1,
          nothing: null,
          no: undefined,
        };
        const redacted = redactDeep(nested, createRedactor([value]));
        expect(Object.keys(redacted)[0]).toBe("[redacted]");
        expect(JSON.stringify(redacted)).not.toContain(JSON.stringify(value).slice(1, -1));
        expect(redacted.n).toBe(1);
        expect(redacted.nothing).toBeNull();
      }),
    );
  });

  it("a regular expression in an event stays one", () => {
    const redacted = redactDeep({ expect: { output: /topsecret-\d+/i } }, createRedactor(["topsecret"]));
    expect(redacted.expect.output).toBeInstanceOf(RegExp);
    expect(redacted.expect.output.flags).toBe("i");
    expect(redacted.expect.output.source).not.toContain("topsecret");
  });
});
