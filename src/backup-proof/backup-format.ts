/** What a file turns out to be, from its first bytes: a wrapping to take off, a backup to restore, or neither. */
export type FileKind = Wrapping | BackupKind | Refused;

/** Wrappings that are taken off. */
export type Wrapping = "gzip" | "zstd" | "cms-der" | "cms-pem" | "cms-smime" | "gpg";

/** What is restored. */
export type BackupKind = DumpKind | "base-backup" | "pgbackrest" | "wal-tar" | "redis-rdb";

/** What SQL is made of again. */
export type DumpKind = "plain-dump" | "cluster-dump" | "custom-dump" | "tar-dump";

/** What is recognised, and can't be restored. */
type Refused = "empty" | "age" | "openssl-enc" | "utf-16" | "other-tar" | "unknown";

/** So many first bytes tell what a file is. A cluster dump begins with its roles: the version comes after them. */
export const headBytes = 1 << 20;

/** How each is called in a sentence. */
export const kindNames: Readonly<Record<FileKind, string>> = {
  gzip: "gzip",
  zstd: "zstd",
  "cms-der": "CMS (DER)",
  "cms-pem": "CMS (PEM)",
  "cms-smime": "CMS (S/MIME)",
  gpg: "OpenPGP",
  "plain-dump": "plain SQL of pg_dump",
  "cluster-dump": "plain SQL of pg_dumpall",
  "custom-dump": "custom format of pg_dump",
  "tar-dump": "tar format of pg_dump",
  "base-backup": "a base backup in tar format",
  pgbackrest: "a pgBackRest repository",
  "wal-tar": "a tar archive of WAL",
  empty: "nothing at all",
  age: "age",
  "openssl-enc": "openssl enc",
  "utf-16": "text in UTF-16",
  "other-tar": "a tar archive",
  "redis-rdb": "a Redis RDB file",
  unknown: "something else",
};

const encryptions: ReadonlySet<FileKind> = new Set(["cms-der", "cms-pem", "cms-smime", "gpg"]);
const wrappings: ReadonlySet<FileKind> = new Set([...encryptions, "gzip", "zstd"]);
const backups: ReadonlySet<FileKind> = new Set([
  "plain-dump",
  "cluster-dump",
  "custom-dump",
  "tar-dump",
  "base-backup",
  "wal-tar",
  "redis-rdb",
]);

export function isEncryption(kind: FileKind): boolean {
  return encryptions.has(kind);
}

export function isWrapping(kind: FileKind): kind is Wrapping {
  return wrappings.has(kind);
}

export function isBackup(kind: FileKind): kind is BackupKind {
  return backups.has(kind);
}

/** What a file is. `head` holds its first bytes, up to {@link headBytes}. */
export function kindOf(head: Buffer): FileKind {
  return binaryKind(head) ?? textKind(head.toString("latin1", 0, 4096)) ?? "unknown";
}

function binaryKind(head: Buffer): FileKind | undefined {
  const begins = (...bytes: readonly number[]): boolean => bytes.every((byte, at) => head[at] === byte);
  if (head.length === 0) return "empty";
  if (begins(0x1f, 0x8b)) return "gzip";
  if (begins(0x28, 0xb5, 0x2f, 0xfd)) return "zstd";
  if (begins(0xff, 0xfe) || begins(0xfe, 0xff)) return "utf-16";
  if (isCms(head)) return "cms-der";
  if (isOpenPgp(head)) return "gpg";
  if (head.toString("latin1", 257, 262) !== "ustar") return undefined;
  const [first = ""] = head.toString("latin1", 0, 100).split("\0");
  if (first === "toc.dat") return "tar-dump";
  if (first === "backup_label") return "base-backup";
  return /^(?:\.\/)?[0-9A-F]{24}$|\.history$/.test(first) ? "wal-tar" : "other-tar";
}

function textKind(text: string): FileKind | undefined {
  if (text.startsWith("PGDMP")) return "custom-dump";
  if (text.startsWith("REDIS0")) return "redis-rdb";
  if (text.startsWith("Salted__")) return "openssl-enc";
  if (/^(?:age-encryption\.org\/|-----BEGIN AGE ENCRYPTED FILE-----)/.test(text)) return "age";
  if (text.startsWith("-----BEGIN PGP MESSAGE-----")) return "gpg";
  if (/^-----BEGIN (?:CMS|PKCS7)-----/.test(text)) return "cms-pem";
  if (/^(?:[\w-]+: .*\r?\n)*Content-Type: application\/(?:x-)?pkcs7-mime/i.test(text)) return "cms-smime";
  if (/^(?:--[^\n]*\n)*-- PostgreSQL database dump\b/.test(text)) return "plain-dump";
  if (/^(?:--[^\n]*\n)*-- PostgreSQL database cluster dump\b/.test(text)) return "cluster-dump";
  return undefined;
}

/** A SEQUENCE that begins with the identifier of EnvelopedData or AuthEnvelopedData (RFC 5652, RFC 5083). */
function isCms(head: Buffer): boolean {
  if (head[0] !== 0x30) return false;
  const length = head[1] ?? 0;
  const at = 2 + (length > 0x80 ? length - 0x80 : 0);
  const enveloped = "06092a864886f70d010703";
  const authEnveloped = "060b2a864886f70d0109100117";
  const identifier = head.toString("hex", at, at + 13);
  return identifier.startsWith(enveloped) || identifier.startsWith(authEnveloped);
}

/** A session key, encrypted with a public key (tag 1) or a passphrase (tag 3), begins an encrypted message (RFC 9580). */
function isOpenPgp(head: Buffer): boolean {
  const [tag = 0, second = 0] = head;
  const versionAt = tag === 0x85 || tag === 0x8d || (tag >= 0xc0 && second >= 192) ? 3 : 2;
  const version = head[versionAt] ?? 0;
  return [0x84, 0x85, 0x8c, 0x8d, 0xc1, 0xc3].includes(tag) && version >= 3 && version <= 6;
}
