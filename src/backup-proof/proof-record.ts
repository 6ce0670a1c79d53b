import type { BackupFinding } from "./backup-finding.ts";
import { verdictOf } from "./backup-finding.ts";
import {
  backupProofVersion,
  type BackupProof,
  type ProofCheck,
  type ProofTable,
} from "./backup-proof-schema.ts";
import type { BackupFile } from "./backup-file.ts";
import type { SandboxLimits } from "./sandbox-limits.ts";

type Facts = Pick<BackupProof, "backup" | "globals" | "expectation" | "server" | "engine">;

/** Whether something was found out at all when it said nothing was wrong. */
const doubtful: ReadonlySet<string> = new Set(["check-not-run", "source-moved", "age-unknown"]);

/** What is known so far about a backup; a proof can be made of it at any time. */
export class ProofRecord {
  readonly findings: BackupFinding[] = [];
  readonly checks: ProofCheck[] = [];
  readonly tables: ProofTable[] = [];
  readonly notProven: string[] = [];
  readonly phases: { name: string; seconds: number }[] = [];
  readonly #runId: string;
  readonly #startedAt: string;
  readonly #limits: SandboxLimits;
  #facts: Facts;
  restoreSeconds: number | null = null;
  /** When the dump itself says that it was made. */
  madeAtInDump: Date | undefined;

  constructor(runId: string, startedAt: Date, file: BackupFile, limits: SandboxLimits) {
    this.#runId = runId;
    this.#startedAt = startedAt.toISOString();
    this.#limits = limits;
    this.#facts = { backup: untouched(file), globals: null, expectation: null, server: null, engine: null };
  }

  /** Adds what became known about the file, the server or what is expected. */
  note(facts: Partial<Omit<Facts, "backup">> & { readonly backup?: Partial<Facts["backup"]> }): void {
    this.#facts = { ...this.#facts, ...facts, backup: { ...this.#facts.backup, ...facts.backup } };
  }

  get facts(): Facts {
    return this.#facts;
  }

  /** Records a check and what it found; with nothing found it passed. */
  check(
    name: string,
    {
      ofData = false,
      passed,
      findings,
    }: { ofData?: boolean; passed: string; findings: readonly BackupFinding[] },
  ): void {
    this.findings.push(...findings);
    const outcome =
      findings.length === 0
        ? "passed"
        : findings.every(({ code }) => doubtful.has(code))
          ? "not-run"
          : "failed";
    const detail = findings.length === 0 ? passed : findings.map(({ message }) => message).join(" ");
    this.checks.push({ name, outcome, ofData, detail });
  }

  /** Runs one phase and keeps how long it took, however it ends. */
  async timed<T>(name: string, run: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await run();
    } finally {
      this.phases.push({ name, seconds: (performance.now() - startedAt) / 1000 });
    }
  }

  secondsOf(...names: readonly string[]): number {
    return this.phases
      .filter(({ name }) => names.includes(name))
      .reduce((sum, { seconds }) => sum + seconds, 0);
  }

  /** The proof as things stand. */
  proof(): BackupProof {
    return {
      schemaVersion: backupProofVersion,
      runId: this.#runId,
      startedAt: this.#startedAt,
      verdict: verdictOf(this.findings),
      reasons: this.findings.map(({ code, message }) => ({ code, message })),
      ...this.#facts,
      checks: this.checks,
      tables: this.tables,
      notProven: this.notProven,
      restoreSeconds: this.restoreSeconds,
      phases: this.phases,
      limits: { ...this.#limits },
    };
  }
}

function untouched(file: BackupFile): BackupProof["backup"] {
  return {
    file: file.path,
    bytes: file.bytes,
    sha256: null,
    modifiedAt: file.modifiedAt.toISOString(),
    wrappings: [],
    kind: null,
    unpackedBytes: null,
    database: null,
    dumpedFrom: null,
    dumpedBy: null,
    madeAt: null,
    madeAtFrom: "nothing",
  };
}
