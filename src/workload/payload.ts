import { hash } from "node:crypto";

/** Payload of a write: the same for the same run seed and id, so that nothing but the ledger's hash has to be kept. */
export function payloadOf(seed: string, id: number): string {
  return hash("sha256", `${seed}:${id}`);
}

/** md5, hexadecimal: what every store can compute by itself. It guards against damage, not against an attacker. */
export function payloadHash(payload: string): string {
  return hash("md5", payload);
}
