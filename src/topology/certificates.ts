import type Docker from "dockerode";
import { execInContainer } from "../engine/exec.ts";
import { startScratchContainer } from "../engine/scratch-container.ts";
import { HarnessError } from "../harness-error.ts";
import type { CertificateDefinition } from "./system-definition.ts";

export interface Certificates {
  /** For templates: `<NAME>_CERTIFICATE` and `<NAME>_KEY` of each, and `CA_CERTIFICATE`; all PEM. */
  readonly values: Readonly<Record<string, string>>;
  /** Private keys, line by line, for redaction. */
  readonly secrets: readonly string[];
}

/** A run is over within the hour that `--keep` gives it, and clocks differ. */
const validDays = 2;

const makeAuthority = `
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days ${validDays} \\
  -subj '/CN=drill run CA' -addext basicConstraints=critical,CA:true`;

/** Signed by the authority, for the name by which clients reach the server. */
const makeServerCertificate = `
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out csr -subj "/CN=$1"
openssl x509 -req -in csr -CA ca.crt -CAkey ca.key -days ${validDays} -out crt -extfile <(printf 'subjectAltName=DNS:%s' "$1")`;

/** What messages are encrypted to; nobody has to sign it. */
const makeRecipientCertificate = `
openssl req -x509 -newkey rsa:3072 -nodes -keyout key -out crt -days ${validDays} -subj "/CN=$1"`;

/**
 * Makes the certificates of a run, with an authority of its own that nothing else ever trusts; its key is never kept. The program that
 * makes them comes from an image of the run.
 */
export async function makeCertificates(
  docker: Docker,
  runId: string,
  image: string,
  definitions: readonly CertificateDefinition[],
): Promise<Certificates> {
  if (definitions.length === 0) return { values: {}, secrets: [] };
  await using container = await startScratchContainer(docker, runId, image, []);
  const openssl = async (script: string, argument = ""): Promise<string> => {
    const strict = `set -euo pipefail; umask 077; cd /tmp; { ${script}\n} > /dev/null 2> errors || { cat errors >&2; exit 1; }; cat crt key ca.crt 2> /dev/null || cat ca.crt`;
    const argv = ["bash", "-c", strict, "bash", argument];
    const { exitStatus, stdout, stderr } = await execInContainer(docker, container.id, argv);
    if (exitStatus === 0) return stdout;
    throw new HarnessError(
      `Expected openssl in ${image} to make a certificate, found exit status ${exitStatus}: ${stderr.trim()}; use an image that has openssl 3.`,
      { code: "no-certificate", exitStatus: 69 },
    );
  };
  const values: Record<string, string> = { CA_CERTIFICATE: await openssl(makeAuthority) };
  for (const { name, host } of definitions) {
    const made = await openssl(
      host === undefined ? makeRecipientCertificate : makeServerCertificate,
      host ?? name,
    );
    values[`${name}_CERTIFICATE`] = pem(made, "CERTIFICATE");
    values[`${name}_KEY`] = pem(made, "PRIVATE KEY");
  }
  const keys = Object.entries(values).flatMap(([name, text]) => (name.endsWith("_KEY") ? [text] : []));
  return {
    values,
    secrets: keys.flatMap((key) => key.split("\n").filter((line) => /^[\w+/=]{40,}$/.test(line))),
  };
}

/** The first block of a kind. */
function pem(text: string, kind: string): string {
  const block = new RegExp(`-----BEGIN ${kind}-----[^-]+-----END ${kind}-----`).exec(text)?.[0];
  if (block === undefined) throw new TypeError(`openssl made no ${kind}`);
  return block;
}
