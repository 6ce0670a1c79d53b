import { randomBytes } from "node:crypto";
import { HarnessError } from "../harness-error.ts";

export interface Credentials {
  /** Throws a {@link HarnessError} for a name that the system does not declare. */
  valueOf(name: string): string;
  readonly values: Readonly<Record<string, string>>;
}

/** A random value for each name: 192 bits in hexadecimal, which no URL, shell or configuration file has to quote. */
export function randomCredentials(names: readonly string[]): Credentials {
  const values = Object.fromEntries(names.map((name) => [name, randomBytes(24).toString("hex")]));
  return {
    values,
    valueOf(name) {
      const value = values[name];
      if (value !== undefined) return value;
      throw new HarnessError(
        `Expected the credential ${name} among those of the system (${names.join(", ")}), found none; declare it there.`,
        { code: "unknown-credential", exitStatus: 70 },
      );
    },
  };
}
