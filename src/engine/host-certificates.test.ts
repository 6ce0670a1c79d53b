import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hostCertificates } from "./host-certificates.ts";

test("what both variables name is trusted, each file once, and a missing file is passed over", async () => {
  const directory = mkdtempSync(join(tmpdir(), "certificates-"));
  try {
    const [first, second] = [join(directory, "first.crt"), join(directory, "second.crt")];
    writeFileSync(first, "FIRST");
    writeFileSync(second, "SECOND");
    expect(await hostCertificates({ SSL_CERT_FILE: first, NODE_EXTRA_CA_CERTS: second })).toBe(
      "FIRST\nSECOND",
    );
    expect(await hostCertificates({ SSL_CERT_FILE: first, NODE_EXTRA_CA_CERTS: first })).toBe("FIRST");
    expect(
      await hostCertificates({ SSL_CERT_FILE: join(directory, "gone"), NODE_EXTRA_CA_CERTS: second }),
    ).toBe("SECOND");
  } finally {
    rmSync(directory, { recursive: true });
  }
});
