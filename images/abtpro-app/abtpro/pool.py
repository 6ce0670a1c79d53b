"""Idle connections for the next request; a broken one is never handed out again."""

import contextlib
import queue
import select

LARGEST_IDLE = 16


class Pool:
    def __init__(self, connect, close, socket_of):
        self._connect = connect
        self._close = close
        self._socket_of = socket_of
        self._idle = queue.LifoQueue(LARGEST_IDLE)

    @contextlib.contextmanager
    def connection(self):
        connection = self._take()
        try:
            yield connection
        except BaseException:
            self._close(connection)
            raise
        try:
            self._idle.put_nowait(connection)
        except queue.Full:
            self._close(connection)

    def _take(self):
        while True:
            try:
                connection = self._idle.get_nowait()
            except queue.Empty:
                return self._connect()
            if self._is_quiet(connection):
                return connection
            self._close(connection)

    def _is_quiet(self, connection):
        """An idle connection with something to read was closed by its server: no request may be risked on it."""
        try:
            poller = select.poll()
            poller.register(self._socket_of(connection), select.POLLIN)
            return not poller.poll(0)
        except (OSError, ValueError):
            return False
