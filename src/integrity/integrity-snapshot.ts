import type { StoreKind } from "../workload/ledger-entry.ts";

/** The state of one store that recovery has to bring back, as far as it can be compared. */
export interface IntegritySnapshot {
  readonly store: StoreKind;
  /** Node that was asked. */
  readonly node: string;
  /** By name of the check, for instance `constraints`. */
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** What one check found: objects by name, each with a text that two equal objects share; or why it could not run. */
export type CheckResult =
  | { readonly ran: true; readonly objects: Readonly<Record<string, string>> }
  | { readonly ran: false; readonly reason: string };

/** One thing that is not as it was. */
export interface IntegrityDifference {
  readonly check: string;
  /** What it is about: `public.tradelog`, `role abtuser`; the check itself when it could not run. */
  readonly object: string;
  /** One sentence: what was expected, what was found. */
  readonly message: string;
  readonly before?: string;
  readonly after?: string;
}
