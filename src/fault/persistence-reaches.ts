import { setTimeout as pause } from "node:timers/promises";
import { parseRedisInfo } from "../probe/redis-info.ts";
import type { StartedTopology } from "../topology/started-topology.ts";
import { notDamaged } from "./damage.ts";
import { onRedis } from "./damaged-server.ts";

const withinMs = 10_000;
const pollMs = 50;

/** Waits until `INFO persistence` of a Redis node says all of this. */
export async function persistenceReaches(
  topology: StartedTopology,
  service: string,
  wanted: Readonly<Record<string, string>>,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  await onRedis(topology, service, async (redis) => {
    for (;;) {
      const info = parseRedisInfo(await redis.info("persistence"));
      const missing = Object.entries(wanted).filter(([name, value]) => info.get(name) !== value);
      if (missing.length === 0) return;
      if (performance.now() > deadline)
        throw notDamaged(
          `${missing.map((each) => each.join(":")).join(", ")} of ${service}`,
          missing.map(([name]) => `${name}:${info.get(name) ?? "nothing"}`).join(", "),
          "see its log",
        );
      await pause(pollMs);
    }
  });
}
