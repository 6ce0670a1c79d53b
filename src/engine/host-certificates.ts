import { readFile } from "node:fs/promises";

/**
 * The certificates that this host trusts, in PEM: what SSL_CERT_FILE and NODE_EXTRA_CA_CERTS name, else the system's bundle; empty
 * where there is none. A build stage that downloads needs them behind a proxy that inspects TLS; no final image gets them.
 */
export async function hostCertificates(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const named = [environment["SSL_CERT_FILE"], environment["NODE_EXTRA_CA_CERTS"]].flatMap(
    (path) => path || [],
  );
  const usual = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
  ];
  const fromNamed = await contents([...new Set(named)]);
  if (fromNamed.length > 0) return fromNamed.join("\n");
  return (await contents(usual))[0] ?? "";
}

async function contents(paths: readonly string[]): Promise<readonly string[]> {
  const texts = await Promise.all(paths.map((path) => readFile(path, "utf8").catch(() => "")));
  return texts.filter((text) => text !== "");
}
