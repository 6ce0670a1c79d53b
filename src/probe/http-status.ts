import { request } from "node:http";
import type { Endpoint } from "../topology/started-topology.ts";

/**
 * Status of a GET on a connection of its own, so that no kept-alive connection hides a listener that is gone. Rejects when no
 * complete answer came within `deadlineMs`.
 */
export async function httpStatus(endpoint: Endpoint, path: string, deadlineMs: number): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<number>((resolve, reject) => {
      const outgoing = request({ ...endpoint, path, agent: false }, (answer) => {
        answer.on("error", reject);
        answer.on("end", () => resolve(answer.statusCode ?? 0));
        answer.resume();
      });
      const expire = () => outgoing.destroy(new Error(`no answer within ${deadlineMs} ms`));
      timer = setTimeout(expire, deadlineMs);
      outgoing.on("error", reject);
      outgoing.end();
    });
  } finally {
    clearTimeout(timer);
  }
}
