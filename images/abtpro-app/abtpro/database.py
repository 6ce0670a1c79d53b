"""Trades in PostgreSQL. Every statement commits by itself, so that one answer says whether it was applied."""

import os
import select
import threading
import time

import psycopg2
import psycopg2.extensions

from abtpro.failure import NotApplied, Unknown
from abtpro.pool import Pool

CONNECT_SECONDS = 1.0
STATEMENT_SECONDS = 2.0

INSERT = """
INSERT INTO public.tradelog (run, client_id, writer, user_id, payload)
VALUES (%(run)s, %(id)s, %(writer)s, 1 + abs(%(id)s %% 100), %(payload)s)
RETURNING node, timeline, xid::text
"""
LATEST = """
SELECT current_setting('cluster_name'), client_id, payload
FROM (SELECT 1) AS one LEFT JOIN (SELECT client_id, payload FROM public.tradelog ORDER BY id DESC LIMIT 1) AS latest ON true
"""

deadline = threading.local()


class DeadlinePassed(Exception):
    pass


def wait_until_deadline(connection):
    """libpq's own limits are whole seconds and none for a statement whose server is silent: poll with a deadline instead."""
    while True:
        state = connection.poll()
        if state == psycopg2.extensions.POLL_OK:
            return
        event = select.POLLIN if state == psycopg2.extensions.POLL_READ else select.POLLOUT
        left = deadline.at - time.monotonic()
        poller = select.poll()
        poller.register(connection.fileno(), event)
        if left <= 0 or not poller.poll(left * 1000):
            raise DeadlinePassed


psycopg2.extensions.set_wait_callback(wait_until_deadline)


def connect():
    deadline.at = time.monotonic() + CONNECT_SECONDS
    try:
        connection = psycopg2.connect(os.environ["DATABASE_URL"], application_name="backend")
        connection.autocommit = True
        return connection
    except DeadlinePassed:
        raise NotApplied(f"database: no connection within {CONNECT_SECONDS} s") from None
    except psycopg2.Error as error:
        raise NotApplied(f"database: {describe(error)}") from error


pool = Pool(connect, lambda connection: connection.close(), lambda connection: connection.fileno())


def run(statement, values=None):
    with pool.connection() as connection:
        deadline.at = time.monotonic() + STATEMENT_SECONDS
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchone()
        except DeadlinePassed:
            raise Unknown(f"database: no answer within {STATEMENT_SECONDS} s") from None
        except psycopg2.Error as error:
            # Data, constraints, transaction state (25006: read-only), access: the server said that it did not apply it.
            refused = error.pgcode is not None and error.pgcode[:2] in ("22", "23", "25", "42")
            raise (NotApplied if refused else Unknown)(f"database: {describe(error)}") from error


def insert(trade):
    node, timeline, xid = run(INSERT, trade)
    return {"node": node, "timeline": timeline, "xid": xid}


def latest():
    node, identifier, payload = run(LATEST)
    return {"node": node}, {"id": identifier, "payload": payload}


def check():
    """Raises unless the database takes writes."""
    (read_only,) = run("SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean")
    if read_only:
        raise NotApplied("database: read-only")


def describe(error):
    code = f"{error.pgcode} " if error.pgcode else ""
    return code + " ".join(str(error).split())
