"""The HTTP service: trades need PostgreSQL, quotes need Redis; each answer names the server that took it."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from abtpro import cache, database
from abtpro.failure import BadRequest, NotApplied, Unknown

FIELDS = {"run": str, "id": int, "writer": int, "payload": str}


def health(*checks):
    def answer():
        components, healthy = {}, True
        for name, check in checks:
            try:
                check()
                components[name] = "ok"
            except (NotApplied, Unknown) as failure:
                components[name], healthy = str(failure), False
        return (200 if healthy else 503), None, {"status": "ok" if healthy else "failing", "components": components}

    return answer


def read(store):
    def answer():
        answered_by, body = store.latest()
        return 200, answered_by, body

    return answer


DATABASE = ("database", database.check)
REDIS = ("redis", cache.check)
READS = {
    "/trades/latest": read(database),
    "/quotes/latest": read(cache),
    "/health": health(DATABASE, REDIS),
    "/health/detailed": health(DATABASE, REDIS),
    "/health/database": health(DATABASE),
    "/health/redis": health(REDIS),
}
WRITES = {"/trades": database.insert, "/quotes": cache.put}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "abtpro"
    sys_version = ""
    # Head and body leave in one packet, at once.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        if self.path in READS:
            self.answer_with(READS[self.path])
        else:
            self.send(404, None, {"error": f"no such path: {self.path}"})

    def do_POST(self):
        # Read first, whatever happens: what is left of a body would be taken for the next request.
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        if self.path in WRITES:
            self.answer_with(lambda: self.write(WRITES[self.path], body))
        else:
            self.send(404, None, {"error": f"no such path: {self.path}"})

    def write(self, store, body):
        request = parse(body)
        answered_by = store(request)
        return 201, answered_by, {"id": request["id"], **answered_by}

    def answer_with(self, action):
        try:
            status, answered_by, body = action()
        except (NotApplied, Unknown, BadRequest) as failure:
            status, answered_by = failure.status, None
            body = {"error": str(failure), "applied": failure.applied}
        except Exception as failure:
            status, answered_by = 500, None
            body = {"error": f"{type(failure).__name__}: {failure}", "applied": None}
        self.send(status, answered_by, body)

    def send(self, status, answered_by, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        if answered_by is not None:
            self.send_header("x-answered-by", "; ".join(f"{name}={value}" for name, value in answered_by.items()))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format, *arguments):
        """One line per request would cost more than the request; failures are in the answers."""


def parse(body):
    try:
        request = json.loads(body)
        values = {name: request[name] for name in FIELDS}
    except (ValueError, KeyError, TypeError) as error:
        raise BadRequest(f"expected a JSON object with {', '.join(FIELDS)}") from error
    for name, kind in FIELDS.items():
        if type(values[name]) is not kind:
            raise BadRequest(f"expected {name} to be of type {kind.__name__}")
    return values


class Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True


if __name__ == "__main__":
    print("listening on 8000", flush=True)
    Server(("0.0.0.0", 8000), Handler).serve_forever()
