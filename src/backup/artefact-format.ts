import type { ArtefactFormat } from "../timeline/backup-artefact.ts";

/** How much of a file is looked at: a tar says what it is at byte 257. */
export const headBytes = 512;

/** Content type of a CMS message (RFC 5652, RFC 5083), as it stands in its encoding. */
const cmsContentTypes = {
  "cms-authenticated": Buffer.from("060b2a864886f70d0109100117", "hex"),
  cms: Buffer.from("06092a864886f70d010703", "hex"),
} as const;

/**
 * What a file is, by its first {@link headBytes} bytes and never by its name: an unencrypted dump may be called `.enc`.
 *
 * @param bytes length of the whole file
 */
export function artefactFormat(head: Uint8Array, bytes: number): ArtefactFormat {
  const start = Buffer.from(head.subarray(0, headBytes));
  const begins = (text: string): boolean =>
    start.subarray(0, text.length).equals(Buffer.from(text, "latin1"));
  if (bytes === 0) return "empty";
  // A gzip of nothing is 20 bytes long.
  if (begins("\x1f\x8b")) return bytes <= 20 ? "empty" : "gzip";
  if (begins("\x28\xb5\x2f\xfd")) return "zstd";
  if (begins("PGDMP")) return "pg-custom";
  if (begins("REDIS")) return "rdb";
  if (begins("Salted__")) return "salted";
  if (begins("age-encryption.org/") || begins("-----BEGIN AGE")) return "age";
  if (start.subarray(257, 262).equals(Buffer.from("ustar"))) return "tar";
  const cms = cmsFormat(start);
  if (cms !== undefined) return cms;
  if (begins("-----BEGIN PGP MESSAGE") || isOpenPgpMessage(start)) return "openpgp";
  return textFormat(start);
}

/** A CMS message in DER or BER is a SEQUENCE that begins with its content type; in PEM it is that in Base64. */
function cmsFormat(start: Buffer): ArtefactFormat | undefined {
  const text = start.toString("latin1");
  const pem = /^-----BEGIN (?:CMS|PKCS7)-----\s+([A-Za-z0-9+/=\s]+)/.exec(text)?.[1];
  const encoded = pem === undefined ? start : Buffer.from(pem.replaceAll(/\s/g, ""), "base64");
  if (encoded[0] !== 0x30) return undefined;
  for (const [format, type] of Object.entries(cmsContentTypes)) {
    // The length of the outer SEQUENCE takes one to nine bytes.
    const at = encoded.indexOf(type);
    if (at >= 2 && at <= 10) return format as keyof typeof cmsContentTypes;
  }
  return undefined;
}

/** First packet of an encrypted OpenPGP message (RFC 9580): a session key or the encrypted data itself. */
function isOpenPgpMessage(start: Buffer): boolean {
  const [first = 0] = start;
  if ((first & 0x80) === 0) return false;
  const isNewFormat = (first & 0x40) !== 0;
  const tag = isNewFormat ? first & 0x3f : (first & 0x3c) >> 2;
  return [1, 3, 9, 18, 20].includes(tag);
}

function textFormat(start: Buffer): ArtefactFormat {
  const text = start.toString("utf8");
  // A character that was cut at the end of the head is no sign of a binary file.
  if (/[\0-\x08\x0e-\x1f]|\ufffd(?!$)/.test(text)) return "unknown";
  if (/^(?:--.*\n|\s)*(?:-- PostgreSQL database|SET |CREATE |INSERT |COPY )/m.test(text)) return "sql";
  if (/^[0-9a-f]{32,128}\s/.test(text)) return "checksum";
  if (/^\s*[{[]/.test(text)) return "json";
  return "text";
}
