"""Where every subject sends to.  It takes all and counts, so that none looks cheap by silence."""

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Sink:
    """A receiver of OTLP, and of whatever else is posted."""

    def __init__(self) -> None:
        """Bind a free port."""
        self.spans = 0
        self.posts = 0
        self._server: Final = _Server(("127.0.0.1", 0), _Handler)
        self._server.sink = self
        self.url: Final = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def forget(self) -> None:
        """Count from zero."""
        self.spans = self.posts = 0

    def take(self, path: str, body: bytes) -> None:
        """Count one request."""
        self.posts += 1
        if path.endswith("/v1/traces"):
            request = ExportTraceServiceRequest.FromString(body)
            self.spans += sum(
                len(scope.spans) for batch in request.resource_spans for scope in batch.scope_spans
            )


class _Server(ThreadingHTTPServer):
    sink: Sink


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - ours alone serves it

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        try:
            self.server.sink.take(self.path, body)
        except DecodeError:
            self.send_error(400)
            return
        otlp = "protobuf" in self.headers.get("Content-Type", "")
        answer = b"" if otlp else b"{}"
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf" if otlp else "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self) -> None:
        # Opik asks before it sends.
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name upstream
        """Stay quiet."""
