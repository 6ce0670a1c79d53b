"""Quotes in Redis: a key for each, and beside it the list of its writer, in which a duplicate or a gap can show."""

import hashlib
import os
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from abtpro.failure import NotApplied, Unknown
from abtpro.pool import Pool

CONNECT_SECONDS = 1.0
STATEMENT_SECONDS = 2.0


def client():
    # A library that sends a write again behind our back makes duplicates that nobody asked for.
    return redis.Redis.from_url(
        os.environ["REDIS_URL"],
        single_connection_client=True,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=STATEMENT_SECONDS,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),
        retry_on_error=[],
        lib_name=None,
        lib_version=None,
        decode_responses=True,
    )


class Session:
    """One connection, and the server that is at its end."""

    def __init__(self):
        try:
            self.client = client()
            self.run_id = self.client.info("server")["run_id"]
        except (redis.RedisError, OSError) as error:
            raise NotApplied(f"redis: {describe(error)}") from error

    def close(self):
        self.client.close()

    def fileno(self):
        return self.client.connection._sock.fileno()


pool = Pool(Session, Session.close, Session.fileno)


def run(action):
    with pool.connection() as session:
        try:
            return session, action(session.client)
        except (redis.ResponseError, redis.exceptions.BusyLoadingError, redis.AuthenticationError) as error:
            # READONLY, LOADING, NOAUTH, OOM …: the server said that it did not apply it.
            raise NotApplied(f"redis: {describe(error)}") from error
        except (redis.RedisError, OSError) as error:
            raise Unknown(f"redis: {describe(error)}") from error


def put(quote):
    digest = hashlib.md5(quote["payload"].encode()).hexdigest()

    def write(connection):
        pipeline = connection.pipeline(transaction=True)
        pipeline.set(f"quote:{quote['run']}:{quote['id']}", quote["payload"])
        pipeline.rpush(f"quotes:{quote['run']}:{quote['writer']}", f"{quote['id']}:{digest}")
        pipeline.set("latest-quote", quote["payload"])
        pipeline.execute()

    session, _ = run(write)
    return {"node": session.run_id}


def latest():
    session, payload = run(lambda connection: connection.get("latest-quote"))
    return {"node": session.run_id}, {"payload": payload}


def check():
    """Raises unless Redis takes writes."""
    _, role = run(lambda connection: connection.execute_command("ROLE"))
    if role[0] != "master":
        raise NotApplied("redis: read-only replica")


def queue_client(connected):
    """Calls `connected` with a client, again and again, for as long as the process lives."""
    while True:
        try:
            connected(client())
        except (redis.RedisError, OSError) as error:
            print(f"redis: {describe(error)}", flush=True)
            time.sleep(0.2)


def describe(error):
    return f"{type(error).__name__} {' '.join(str(error).split())}".strip()
