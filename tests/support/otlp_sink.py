"""A real OTLP/HTTP receiver on loopback, and what it received in a form that tests can read."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as ProtoSpan
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from support.listening import Listening

KINDS: Final = {
    number: name.removeprefix("SPAN_KIND_") for name, number in ProtoSpan.SpanKind.items()
}
STATUSES: Final = {
    number: name.removeprefix("STATUS_CODE_") for name, number in Status.StatusCode.items()
}


@dataclass(frozen=True, slots=True)
class Span:
    """A received span."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: str
    status: str
    message: str
    attributes: dict[str, Any]
    resource: dict[str, Any]
    events: tuple[tuple[str, dict[str, Any]], ...]
    seconds: float
    started: int


@dataclass(frozen=True, slots=True)
class Event:
    """A received log record."""

    trace_id: str
    span_id: str
    name: str
    body: Any
    attributes: dict[str, Any]


class Sink(Listening):
    """The receiver; its `url` is the OTLP/HTTP endpoint."""

    def __init__(self) -> None:
        """Bind a free port."""
        self.spans: Final[list[Span]] = []
        self.events: Final[list[Event]] = []
        self.raw: bytes = b""
        """The bytes of every request."""
        self.text: str = ""
        """Everything received, as text: what must not leave the process must not be in it."""
        server = _Server(("127.0.0.1", 0), _Handler)
        server.sink = self
        super().__init__(server)

    def wait_for(self, spans: int, within_s: float = 10) -> list[Span]:
        """Return the spans once there are that many."""
        until(lambda: len(self.spans) >= spans, within_s)
        return self.spans

    def receive_traces(self, body: bytes) -> Message:
        """Take one request of spans."""
        request = ExportTraceServiceRequest.FromString(body)
        self.text += str(request)
        for batch in request.resource_spans:
            resource = _attributes(batch.resource.attributes)
            for scope in batch.scope_spans:
                self.spans.extend(_span(span, resource) for span in scope.spans)
        return ExportTraceServiceResponse()

    def receive_logs(self, body: bytes) -> Message:
        """Take one request of log records."""
        request = ExportLogsServiceRequest.FromString(body)
        self.text += str(request)
        for batch in request.resource_logs:
            for scope in batch.scope_logs:
                self.events.extend(
                    Event(
                        record.trace_id.hex(),
                        record.span_id.hex(),
                        record.event_name,
                        _value(record.body),
                        _attributes(record.attributes),
                    )
                    for record in scope.log_records
                )
        return ExportLogsServiceResponse()

    def receive_metrics(self, body: bytes) -> Message:
        """Take one request of metrics, and keep its text."""
        self.text += str(ExportMetricsServiceRequest.FromString(body))
        return ExportMetricsServiceResponse()


class _Server(ThreadingHTTPServer):
    sink: Sink


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride] - ours alone serves it

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receive = {
            "/v1/traces": self.server.sink.receive_traces,
            "/v1/logs": self.server.sink.receive_logs,
            "/v1/metrics": self.server.sink.receive_metrics,
        }[self.path]
        self.server.sink.raw += body
        payload = receive(body).SerializeToString()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-protobuf")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name upstream
        """Stay quiet."""


def until(holds: Callable[[], bool], within_s: float = 10) -> None:
    """Wait until a condition holds, and fail when it does not in time."""
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(0.02)


def tree(spans: Sequence[Span], root: Span) -> dict[str, Any]:
    """Return a span with its attributes and its children, in order, as one readable value."""
    children = [tree(spans, span) for span in spans if span.parent_id == root.span_id]
    shown: dict[str, Any] = {"name": root.name, "kind": root.kind, "attributes": root.attributes}
    if root.status != "UNSET":
        shown["status"] = root.status
    if root.events:
        shown["events"] = [name for name, _ in root.events]
    return shown | ({"children": children} if children else {})


def _span(span: ProtoSpan, resource: dict[str, Any]) -> Span:
    return Span(
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        span.name,
        KINDS[span.kind],
        STATUSES[span.status.code],
        span.status.message,
        _attributes(span.attributes),
        resource,
        tuple((event.name, _attributes(event.attributes)) for event in span.events),
        (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
        span.start_time_unix_nano,
    )


def _attributes(pairs: Sequence[KeyValue]) -> dict[str, Any]:
    return {pair.key: _value(pair.value) for pair in sorted(pairs, key=lambda pair: pair.key)}


def _value(value: AnyValue) -> Any:  # noqa: ANN401 - whatever was sent
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return _attributes(value.kvlist_value.values)
    return getattr(value, kind) if kind else None
