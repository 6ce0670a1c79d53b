import { proof } from "../src/authoring/proof.ts";
import type { Story } from "../src/authoring/scenario.ts";
import type { Evidence } from "../src/evidence/evidence.ts";
import { alterKey } from "../src/fault/alter-key.ts";
import { alterRows } from "../src/fault/alter-rows.ts";
import { failSnapshot } from "../src/fault/fail-snapshot.ts";
import type { Fault } from "../src/fault/fault.ts";
import { loseRows } from "../src/fault/lose-rows.ts";
import { loseTable } from "../src/fault/lose-table.ts";
import { repeatRows } from "../src/fault/repeat-rows.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { all, replacing } from "./runbook-edits.ts";

const corrected = "runbooks/integrity-checks.md#data-integrity-verification";
const options = { kind: "procedure", system: abtpro({ baseRows: 1_000, baseKeys: 500 }) } as const;

const trades = { service: "postgres", table: "public.tradelog" };
const damages: readonly Fault[] = [
  loseRows({ ...trades, where: "run = 'base' AND client_id BETWEEN -120 AND -101" }),
  alterRows({ ...trades, where: "run = 'base' AND client_id = -200" }, { column: "payload", to: "altered" }),
  repeatRows({ ...trades, where: "run = 'base' AND client_id = -300" }),
  alterKey("redis", "quote:base:-9", "altered"),
];

/** The checks on intact data, then over each damage. */
function checking(...planted: readonly Fault[]): Story {
  return async ({ workload, operator }) => {
    await workload.establishBaseline();
    await operator.follow();
    for (const damage of planted) await operator.check(damage);
    return {};
  };
}

/** One step in place of all checks. */
function checksReplacedBy(command: string) {
  return {
    reference: corrected,
    edit: (markdown: string): string =>
      `${markdown.slice(0, markdown.indexOf("## Data Integrity Verification"))}## Data Integrity Verification\n\n\`\`\`sh {"verify":true}\n# 1. Look for damage\n${command}\n\`\`\`\n`,
  };
}

/** Whether each damage was noticed, in order. */
function noticed(...expected: readonly (boolean | null)[]) {
  return ({ checks }: Evidence): string[] => {
    const found = checks.map((check) => check.noticed);
    return JSON.stringify(found) === JSON.stringify(expected)
      ? []
      : [`expected noticed to be ${JSON.stringify(expected)}, got ${JSON.stringify(found)}`];
  };
}

export const blindChecks = proof(
  "Checks that can't fail notice no damage, and each is named",
  {
    ...options,
    runbook: checksReplacedBy("true"),
    expect: {
      verdict: "missed",
      codes: ["damage-unnoticed"],
      without: ["false-alarm", "step-failed", "damage-not-planted", "damage-not-undone", "base-data-lost"],
      messages: [/loseRows/, /alterRows/, /repeatRows/, /alterKey/],
      check: noticed(false, false, false, false),
    },
  },
  checking(...damages),
);

export const alwaysCrying = proof(
  "Checks that always fail are a false alarm, and notice nothing by it",
  {
    ...options,
    runbook: checksReplacedBy("ls /no-such-directory"),
    expect: {
      verdict: "missed",
      codes: ["false-alarm", "damage-unnoticed"],
      without: ["damage-not-planted", "damage-not-undone"],
      check: noticed(false),
    },
  },
  checking(...damages.slice(0, 1)),
);

/** A check that finds nothing wrong the first time, and something every time after. */
const onlyFirstTime = checksReplacedBy("test ! -e /tmp/looked && touch /tmp/looked");

/** A damage that does and undoes what is given, whatever it says of itself. */
function pretended(inForce: (lifted: boolean) => boolean): Fault {
  const fault: Fault = {
    name: "pretended(postgres)",
    targets: ["postgres"],
    transient: false,
    blastRadius: "none",
    inject: () => {
      let lifted = false;
      const lift = (): Promise<void> => {
        lifted = true;
        return Promise.resolve();
      };
      return Promise.resolve({
        fault,
        observe: () => Promise.resolve({ inForce: inForce(lifted), detail: "20 rows" }),
        lift,
        [Symbol.asyncDispose]: lift,
      });
    },
  };
  return fault;
}

export const idleDamage = proof(
  "A damage that did nothing, and one that could not be done, show nothing of the checks",
  {
    ...options,
    runbook: onlyFirstTime,
    expect: {
      verdict: "inconclusive",
      codes: ["damage-not-planted"],
      without: ["damage-unnoticed", "damage-not-undone"],
      messages: [/rows of public\.tradelog where run = 'nobody' to damage, found none/],
      check: noticed(null, null),
    },
  },
  checking(
    pretended(() => false),
    loseRows({ ...trades, where: "run = 'nobody'" }),
  ),
);

export const lastingDamage = proof(
  "A damage that is noticed and can't be undone makes the run inconclusive",
  {
    ...options,
    runbook: onlyFirstTime,
    expect: {
      verdict: "inconclusive",
      codes: ["damage-not-undone"],
      without: ["damage-unnoticed", "damage-not-planted"],
      check: noticed(true),
    },
  },
  checking(pretended(() => true)),
);

export const connectedCounts = proof(
  "The document's checks, repaired so that they connect, raise no alarm over intact data and none over damage either",
  {
    ...options,
    runbook: {
      reference: "runbooks/as-documented.md#automated-checks",
      edit: all(
        replacing(
          'psql -U abtuser -c "\n  SELECT COUNT(*) FROM pg_stat',
          'psql -U abtuser -d abtpro_db -c "\n  SELECT COUNT(*) FROM pg_stat',
        ),
        replacing(
          "exec redis redis-cli DBSIZE",
          `exec -e REDISCLI_AUTH="$(sed -n 's/^REDIS_PASSWORD=//p' .env)" redis redis-cli DBSIZE`,
        ),
        replacing(
          "exec redis redis-cli INFO persistence",
          `exec -e REDISCLI_AUTH="$(sed -n 's/^REDIS_PASSWORD=//p' .env)" redis redis-cli INFO persistence`,
        ),
      ),
    },
    expect: {
      verdict: "missed",
      codes: ["damage-unnoticed"],
      without: [
        "false-alarm",
        "step-failed",
        "step-printed-error",
        "damage-not-planted",
        "damage-not-undone",
      ],
      // `FROM user` counts current_user: the table is gone, and the count is 1 as ever.
      messages: [/loseTable\(public\.user\)/, /failSnapshot/],
      check: noticed(false, false, false, false, false, false),
    },
  },
  checking(...damages, loseTable("postgres", "public.user"), failSnapshot("redis")),
);
