import { createDecipheriv, hkdfSync } from "node:crypto";
import type { SealedDataDefinition } from "../../src/topology/system-definition.ts";

const nonceBytes = 12;
const tagBytes = 16;

/**
 * Users' API keys as the database has them: nonce, ciphertext and tag of AES-256-GCM. Opened here with code of its own, so that the
 * application's word for it is not all there is.
 */
export const apiKeys: SealedDataDefinition = {
  keyVariable: "API_KEY_ENCRYPTION_KEY",
  scan: `SELECT id::text AS id, encrypted_api_key AS sealed FROM public."user" WHERE encrypted_api_key IS NOT NULL`,
  open: (sealed, id, secret) => {
    const key = Buffer.from(hkdfSync("sha256", secret, "", "api keys", 32));
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, nonceBytes));
    decipher.setAAD(Buffer.from(`user:${id}`));
    decipher.setAuthTag(sealed.subarray(-tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  },
};
