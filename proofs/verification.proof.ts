import { proof } from "../src/authoring/proof.ts";
import { killNode } from "../src/fault/kill-node.ts";
import { partition } from "../src/fault/partition.ts";
import { abtpro } from "../system/abtpro/abtpro.ts";
import { failover } from "./failover-story.ts";
import { all, databaseRunbook, replacing } from "./runbook-edits.ts";

const system = abtpro();

export const wrongNode = proof(
  "A verification on a node that the application does not use is found",
  {
    system,
    runbook: {
      reference: databaseRunbook,
      edit: (markdown) => {
        const start = markdown.indexOf("# 5. Verify writes\nurl=");
        const end = markdown.indexOf("```", start);
        if (start === -1) throw new TypeError("the runbook has no step 5 as expected");
        return `${markdown.slice(0, start)}# 5. Verify writes\ndocker-compose exec -T redis-replica redis-cli PING || true\ndocker-compose exec -T postgres psql -U abtuser -d abtpro_db -c "SELECT 1"\n${markdown.slice(end)}`
          .replace("docker-compose stop -t 1 postgres\n", "true\n")
          .replace('test -z "$(docker-compose ps -q --status running postgres)"\n', "")
          .replace('"effect":"node:stopped"', '"effect":"none"');
      },
    },
    aftershock: false,
    expect: { verdict: "missed", codes: ["verified-wrong-node"] },
  },
  failover(partition({ from: "clients", to: "postgres" })),
);

export const premature = proof(
  "A verification that ended before service was back is premature",
  {
    system,
    runbook: {
      reference: databaseRunbook,
      edit: all(
        // The last verification comes right after the promotion, and what follows is said to be none.
        replacing(
          '"effect":"file:changed","onFailure":"stop"}\n# 3.',
          '"effect":"file:changed","onFailure":"stop","verify":true}\n# 3.',
        ),
        replacing('"name":"verify-writes","verify":true', '"name":"verify-writes","verify":false'),
      ),
    },
    aftershock: false,
    expect: { verdict: "missed", codes: ["premature-verification"], without: ["not-recovered"] },
  },
  failover(killNode("postgres")),
);
