"""Takes jobs from the queue and counts them."""

from abtpro import cache

QUEUE = "celery"


def work(client):
    while True:
        # Shorter than the socket's own deadline, so that an empty queue is not taken for a dead server.
        if client.blpop([QUEUE], timeout=1) is not None:
            client.incr("celery:processed")


if __name__ == "__main__":
    print("waiting for jobs", flush=True)
    cache.queue_client(work)
