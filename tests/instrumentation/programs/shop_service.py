"""A service that asks another of its own, and a provider, with the standard library only.

What an HTTP instrumentation does is done by hand: extract, a span of the request, inject.
"""

import os
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry import trace
from opentelemetry.context import attach, detach
from opentelemetry.propagate import extract, inject
from opentelemetry.trace import SpanKind

import spansight

tracer = trace.get_tracer("http")
PROVIDER, NEXT = os.environ["PROVIDER"], os.environ.get("NEXT")


def get(url: str) -> bytes:
    with tracer.start_as_current_span("GET", kind=SpanKind.CLIENT, attributes={"url.full": url}):
        headers: dict[str, str] = {}
        inject(headers)
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return answer.read()


def work() -> bytes:
    with spansight.stage("work"):
        get(PROVIDER)
    return get(NEXT) if NEXT else b"done"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        token = attach(extract({k.lower(): v for k, v in self.headers.items()}))
        try:
            if NEXT:
                with spansight.context(feature="checkout", user="kim@example.com"):
                    body = work()
            else:
                body = work()
        finally:
            detach(token)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name upstream
        """Stay quiet."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
os.write(1, f"{server.server_port}\n".encode())
server.serve_forever()
