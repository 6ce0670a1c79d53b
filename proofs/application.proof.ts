import { setTimeout as pause } from "node:timers/promises";
import { proof } from "../src/authoring/proof.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { failover } from "./failover-story.ts";
import { linkOf } from "./planting.ts";
import { all, databaseRunbook, replacing } from "./runbook-edits.ts";

const options = { system: abtpro(), aftershock: false };

export const oldUrl = proof(
  "An application that is restarted instead of recreated stays on the old URL, and the report says so",
  {
    ...options,
    runbook: {
      reference: databaseRunbook,
      edit: all(
        replacing(
          "docker-compose up -d --no-deps --force-recreate backend celery-worker celery-beat",
          "docker-compose restart -t 1 backend celery-worker celery-beat",
        ),
        replacing(
          '"effect":"container:recreated","timeout":"60s"',
          '"effect":"container:restarted","timeout":"15s"',
        ),
      ),
    },
    expect: { verdict: "missed", codes: ["application-on-old-url", "not-recovered"], messages: [/backend/] },
  },
  failover(killNode("postgres"), { withinMs: 10_000 }),
);

/** Between two changes of the link, in milliseconds: longer than a request, shorter than the observation. */
const flapEveryMs = 1500;

export const flappingService = proof(
  "Service that flaps is not recovered",
  {
    ...options,
    runbook: databaseRunbook,
    expect: { verdict: "missed", codes: ["not-recovered"], without: ["step-failed"] },
  },
  async ({ workload, faults, operator, observe, topology, signal }) => {
    await workload.establishBaseline();
    const outage = await faults.inject(killNode("postgres"));
    await operator.follow();
    const { proxy } = linkOf(topology, "clients", "postgres-replica");
    const flapping = new AbortController();
    const ended = AbortSignal.any([flapping.signal, signal]);
    const flaps = (async () => {
      for (let enabled = false; !ended.aborted; enabled = !enabled) {
        await proxy.update({ enabled, listen: proxy.listen, upstream: proxy.upstream });
        await pause(flapEveryMs, undefined, { signal: ended }).catch(() => undefined);
      }
    })();
    await observe.recovery({ withinMs: 15_000 });
    flapping.abort();
    await flaps;
    return { faultTime: outage };
  },
);
