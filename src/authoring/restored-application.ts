import { httpStatus } from "../probe/http-status.ts";
import { endpointOf, postgresAddress } from "../probe/node-address.ts";
import { patientDeadlineMs } from "../probe/node-state.ts";
import { withPostgres } from "../probe/postgres-session.ts";
import type { RunningService, StartedTopology, StoreServer } from "../topology/started-topology.ts";
import { storeHosts } from "../topology/store-hosts.ts";
import type { SealedDataDefinition } from "../topology/system-definition.ts";
import { comparedVariables } from "./compared-variables.ts";
import { openSealed, type SealedRow } from "./open-sealed.ts";
import { composeServer } from "./restored-servers.ts";
import type { RunInProgress } from "./run-in-progress.ts";
import { servingNodes } from "./serving-nodes.ts";

/**
 * Looks at the application that a runbook started from a restored configuration: whether it says that it is healthy, whether its
 * environment is that of the application in force, and whether what is encrypted in the database that it uses opens with its key.
 */
export async function observeRestoredApplication(run: RunInProgress, service: string): Promise<void> {
  const { timeline, topology } = run;
  const restored = await topology.runningService(service);
  if (restored === undefined) {
    const detail = "its container does not run";
    timeline.record({ kind: "application-restored", service, healthy: false, detail, differing: [] });
    return;
  }
  const inForce = await topology.runningService(topology.system.application.http.service);
  const differing = comparedVariables(topology.system, inForce?.environment ?? {}, restored.environment);
  const health = await healthOf(topology, restored);
  const sealed = await readSealed(run, inForce, restored);
  timeline.record({
    kind: "application-restored",
    service,
    ...health,
    differing,
    ...(sealed === undefined ? {} : { sealed }),
  });
}

async function healthOf(
  { system }: StartedTopology,
  { ports }: RunningService,
): Promise<{ readonly healthy: boolean; readonly detail: string }> {
  const { healthPath, port } = system.application.http;
  const endpoint = ports.get(port);
  if (endpoint === undefined) return { healthy: false, detail: "its container publishes no port" };
  try {
    const status = await httpStatus(endpoint, healthPath, patientDeadlineMs);
    return { healthy: status >= 200 && status < 300, detail: `it answers ${healthPath} with ${status}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { healthy: false, detail: `it does not answer ${healthPath}: ${why}` };
  }
}

/** Undefined where the system keeps nothing encrypted, and where a database can't be read: which one is said as a part that is missing. */
async function readSealed(
  run: RunInProgress,
  inForce: RunningService | undefined,
  restored: RunningService,
): Promise<{ readonly kept: number; readonly readable: number } | undefined> {
  const definition = run.topology.system.sealedData;
  if (definition === undefined) return undefined;
  try {
    const original = (await servingNodes(run.topology)).get("postgres");
    const copy = copyUsedBy(run.topology, restored);
    if (original === undefined || copy === undefined) return undefined;
    const [was, is] = [
      await scanSealed(run.topology, original, definition),
      await scanSealed(run.topology, copy, definition),
    ];
    const keyOf = (service: RunningService | undefined) => service?.environment[definition.keyVariable] ?? "";
    const sealed = openSealed(
      definition,
      { rows: was, key: keyOf(inForce) },
      { rows: is, key: keyOf(restored) },
    );
    if (sealed.kept === 0)
      throw new Error(`${original.definition.service} has none that the application in force can open`);
    return sealed;
  } catch (error) {
    const why = run.redact(error instanceof Error ? error.message : String(error));
    run.unread.push({ what: "what is encrypted in the restored database", why });
    return undefined;
  }
}

/** The place for restored copies that its URL names; undefined where it names another server. */
function copyUsedBy(topology: StartedTopology, { environment }: RunningService): StoreServer | undefined {
  const host = storeHosts(topology.system, environment).postgres;
  const target = topology.system.restoreTargets?.find(({ service }) => service === host);
  return target === undefined ? undefined : composeServer(topology, "postgres", target.service);
}

async function scanSealed(
  topology: StartedTopology,
  server: StoreServer,
  { scan }: SealedDataDefinition,
): Promise<SealedRow[]> {
  const endpoint = await endpointOf(server);
  return withPostgres(postgresAddress(topology, endpoint), patientDeadlineMs, async (client) => {
    const { rows } = await client.query<SealedRow>(scan);
    return rows;
  });
}
