import { refused } from "./denied.ts";

interface PortBinding {
  readonly HostIp?: string;
  readonly HostPort?: string;
}

/** Addresses that mean "any" or loopback: made 127.0.0.1. A definite other one is refused. */
const loopbackOrAny: ReadonlySet<string> = new Set(["", "0.0.0.0", "::", "127.0.0.1", "::1", "localhost"]);

/** Published ports of a new container, on loopback only. */
export function loopbackBindings(
  asked: Readonly<Record<string, readonly PortBinding[]>>,
): Record<string, PortBinding[]> {
  return Object.fromEntries(
    Object.entries(asked).map(([port, bindings]) => {
      if (!/^\d{1,5}(\/(tcp|udp))?$/.test(port))
        throw refused(`${JSON.stringify(port)} is no port of a container`, 400);
      return [port, onePerHostPort(bindings)];
    }),
  );
}

/** `0.0.0.0` and `::` of one port would be the same binding twice. */
function onePerHostPort(bindings: readonly PortBinding[]): PortBinding[] {
  const hostPorts = new Set(bindings.map(checkBinding));
  return [...hostPorts].map((HostPort) => ({ HostIp: "127.0.0.1", HostPort }));
}

function checkBinding({ HostIp = "", HostPort = "" }: PortBinding): string {
  if (!loopbackOrAny.has(HostIp))
    throw refused(`ports are published on loopback only, not on ${JSON.stringify(HostIp)}`);
  if (!/^(\d{1,5}(-\d{1,5})?)?$/.test(HostPort))
    throw refused(`${JSON.stringify(HostPort)} is no port of the host`, 400);
  return HostPort;
}
