"""Users' API keys at rest: AES-256-GCM with a key of API_KEY_ENCRYPTION_KEY, bound to their user, so that no row opens another's.

`register` gives a key to every user that has none, as their registration would; `verify` fails unless every user's opens."""

import os
import secrets
import sys

import psycopg2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


def cipher():
    secret = os.environ["API_KEY_ENCRYPTION_KEY"].encode()
    return AESGCM(HKDF(SHA256(), length=32, salt=None, info=b"api keys").derive(secret))


def seal(user, key):
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + cipher().encrypt(nonce, key, f"user:{user}".encode())


def open_sealed(user, sealed):
    return cipher().decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], f"user:{user}".encode())


def register(cursor):
    cursor.execute('SELECT id FROM public."user" WHERE encrypted_api_key IS NULL ORDER BY id')
    sealed = [(seal(user, f"ak-{secrets.token_hex(16)}".encode()), user) for (user,) in cursor.fetchall()]
    cursor.executemany('UPDATE public."user" SET encrypted_api_key = %s WHERE id = %s', sealed)
    print(f"API keys registered: {len(sealed)}")
    return 0


def verify(cursor):
    opened, refused = 0, []
    cursor.execute('SELECT id, encrypted_api_key FROM public."user" WHERE encrypted_api_key IS NOT NULL ORDER BY id')
    for user, sealed in cursor:
        try:
            open_sealed(user, bytes(sealed))
            opened += 1
        except InvalidTag:
            refused.append(user)
    print(f"API keys that open: {opened}, that don't: {len(refused)}")
    return 0 if opened > 0 and not refused else 1


if __name__ == "__main__":
    command = {"register": register, "verify": verify}[sys.argv[1]]
    # Leaving the block commits; leaving the program in it would not.
    with psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=5) as connection, connection.cursor() as opened:
        status = command(opened)
    sys.exit(status)
