import { resolveImage } from "../../src/engine/images.ts";
import { proof } from "../../src/authoring/proof.ts";
import { killNode } from "../../src/fault/kill-node.ts";
import { abtpro } from "../../system/abtpro/abtpro.ts";
import { databaseRunbook, replacing } from "../runbook-edits.ts";

const bystander = "bystander-postgres-1";

/** What a runbook could try, by hand or by mistake; the last ones only look. */
const attacks = [
  `docker stop -t 0 ${bystander}`,
  `docker kill ${bystander}`,
  `docker restart -t 0 ${bystander}`,
  `docker exec ${bystander} touch /tmp/was-here`,
  `docker rm -f ${bystander}`,
  `docker-compose -p bystander kill postgres`,
  `docker-compose -p bystander down -v --remove-orphans`,
  `docker run --rm --privileged -v /:/host ${bystander} true`,
  `docker inspect ${bystander}`,
].map((command) => `${command} || true`);

export const leavesBystanderAlone = proof(
  "A container that shares a service name with the run survives a runbook that attacks it",
  {
    system: abtpro(),
    runbook: {
      reference: databaseRunbook,
      edit: replacing("# 5. Verify writes\nurl=", `# 5. Verify writes\n${attacks.join("\n")}\nurl=`),
    },
    short: true,
    expect: { verdict: "met" },
  },
  async ({ workload, faults, operator, observe, topology: { docker } }) => {
    const container = await docker.createContainer({
      name: bystander,
      Image: await resolveImage(docker, "redis:8"),
      Entrypoint: ["sleep", "600"],
      Labels: { "com.docker.compose.project": "bystander", "com.docker.compose.service": "postgres" },
    });
    try {
      await container.start();
      const before = await container.inspect();
      await workload.establishBaseline();
      const outage = await faults.inject(killNode("postgres"));
      await operator.follow();
      await observe.recovery();
      const after = await container.inspect();
      const changes: unknown = await container.changes();
      if (
        after.Id !== before.Id ||
        after.State.StartedAt !== before.State.StartedAt ||
        !after.State.Running ||
        after.RestartCount !== 0
      ) {
        throw new Error(`the bystander was not left alone: ${JSON.stringify(after.State)}`);
      }
      if (Array.isArray(changes) && changes.length > 0)
        throw new Error(`somebody wrote into the bystander: ${JSON.stringify(changes)}`);
      return { faultTime: outage };
    } finally {
      await container.remove({ force: true, v: true });
    }
  },
);
