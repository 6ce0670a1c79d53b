import type Docker from "dockerode";
import { roleLabel, runLabel } from "../engine/labels.ts";

/**
 * What the user of a kept run has to know, in one sentence: its operator can't reach the engine any more, for the fence ends with
 * the program, and how to reach its containers instead. Undefined where the run left none that runs.
 */
export async function keptRunMessage(docker: Docker, runId: string): Promise<string | undefined> {
  const running = await docker.listContainers({ filters: { label: [`${runLabel}=${runId}`] } });
  const names = running
    .filter(({ Labels }) => Labels[roleLabel] !== "toxiproxy")
    .map(({ Id, Names }) => (Names[0] ?? Id).replace(/^\//, ""))
    .sort();
  if (names.length === 0) return undefined;
  return `run ${runId} is kept for an hour or until \`drill clean\`; the operator's access to the engine ends with this program, so reach the containers from this host, with \`docker exec -it NAME sh\`: ${names.join(", ")}`;
}
