import { expect, test } from "vitest";
import { kindOf } from "./backup-format.ts";

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
const text = (content: string): Buffer => Buffer.from(content, "utf8");

function tar(name: string): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write("ustar", 257);
  return block;
}

test.each([
  ["empty", Buffer.alloc(0)],
  ["gzip", bytes("1f8b 0800 0000 0000 0003")],
  ["zstd", bytes("28b5 2ffd 04")],
  ["cms-der", bytes("3082 0400 060b 2a86 4886 f70d 0109 1001 17")],
  ["cms-der", bytes("3080 0609 2a86 4886 f70d 0107 03")],
  ["cms-pem", text("-----BEGIN CMS-----\nMIIB")],
  [
    "cms-smime",
    text(
      "MIME-Version: 1.0\nContent-Disposition: attachment\nContent-Type: application/pkcs7-mime; name=x\n\nMIIB",
    ),
  ],
  ["gpg", bytes("8c0d 0409 0302")],
  ["gpg", bytes("8501 0c03 aabb")],
  ["gpg", text("-----BEGIN PGP MESSAGE-----\n")],
  ["age", text("age-encryption.org/v1\n-> X25519 x\n")],
  ["openssl-enc", text("Salted__12345678")],
  ["utf-16", bytes("fffe 2d00 2d00")],
  ["plain-dump", text("--\n-- PostgreSQL database dump\n--\n")],
  ["cluster-dump", text("--\n-- PostgreSQL database cluster dump\n--\n")],
  ["custom-dump", text("PGDMP\u0001\u0010")],
  ["tar-dump", tar("toc.dat")],
  ["other-tar", tar("etc/passwd")],
  ["redis-rdb", text("REDIS0011")],
  ["unknown", text("buy milk\n")],
  ["unknown", bytes("3082 0400 0609 2a86 4886 f70d 0107 02")],
  ["unknown", bytes("00")],
])("a file is known by its first bytes: %s", (kind, head) => {
  expect(kindOf(head)).toBe(kind);
});
