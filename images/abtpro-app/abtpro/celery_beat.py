"""Puts a job into the queue every second."""

import time

from abtpro import cache
from abtpro.celery_worker import QUEUE


def tick(client):
    while True:
        client.rpush(QUEUE, "tick")
        time.sleep(1)


if __name__ == "__main__":
    print("ticking", flush=True)
    cache.queue_client(tick)
