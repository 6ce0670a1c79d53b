import { HarnessError } from "../harness-error.ts";

/**
 * The labels by which Compose takes a container for its own. With any of them missing or different, `up` of a service that depends
 * on this one makes the container anew, and `exec` or `restart` say that there is none.
 */
export function composeLabels(options: {
  readonly project: string;
  readonly service: string;
  /** As `docker-compose config --hash` prints it. */
  readonly configHash: string;
  readonly imageId: string;
}): Record<string, string> {
  return {
    "com.docker.compose.project": options.project,
    "com.docker.compose.service": options.service,
    "com.docker.compose.container-number": "1",
    "com.docker.compose.oneoff": "False",
    "com.docker.compose.config-hash": options.configHash,
    "com.docker.compose.image": options.imageId,
  };
}

/** What `docker-compose config --hash '*'` prints: a service and its hash on each line. */
export function parseConfigHashes(output: string): ReadonlyMap<string, string> {
  const pairs = output.split("\n").flatMap((line) => {
    const match = /^(\S+) ([0-9a-f]{64})$/.exec(line.trim());
    return match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2]] as const];
  });
  return new Map(pairs);
}

/** The hash of one service. */
export function configHashOf(hashes: ReadonlyMap<string, string>, service: string): string {
  const hash = hashes.get(service);
  if (hash !== undefined) return hash;
  throw new HarnessError(
    `Expected the service ${service} in the checkout's compose file, found ${[...hashes.keys()].join(", ")}; add it there.`,
    { code: "service-not-in-compose-file", exitStatus: 65 },
  );
}
