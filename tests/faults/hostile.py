"""Requests that no SDK should send, as data: what is in them, and what the receiver answers."""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from collector import otlp
from faults.calls import Signal

_MEGABYTE: Final = 1_000_000
_MESSAGE: Final[otlp.Attributes] = {
    "role": "user",
    "parts": [{"type": "text", "content": "again and again " * 20}],
}
_CONTENT: Final = "gen_ai.client.inference.operation.details"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One request."""

    name: str
    body: Callable[[], bytes]
    answer: int
    signal: Signal = "traces"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


def _span(**fields: bytes) -> bytes:
    span = otlp.span("odd", {})
    for name, value in fields.items():
        setattr(span, name, value)
    return _spans(span)


def _spans(*spans: Span) -> bytes:
    return otlp.traces(spans, {"service.name": "hostile"}).SerializeToString()


def _events(attributes: otlp.Attributes, body: str | None) -> bytes:
    records = [otlp.record(_CONTENT, attributes, body)]
    return otlp.logs(records, {"service.name": "hostile"}).SerializeToString()


_GOOD: Final = _spans(otlp.span("plain", {"a": "b"}))
_JSON: Final = {"content-type": "application/json"}
_GZIP: Final = {"content-encoding": "gzip"}
_LONG_LENGTH: Final = b"\x0a\xff\xff\xff\xff\x07"  # the first field has 2 GiB, says its tag
_NO_LENGTH: Final = b"\x0a" + b"\xff" * 9 + b"\x01"  # -1 bytes
_MISTYPED: Final = {"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": 5, "name": ["x"]}]}]}]}

REFUSED: Final = (
    Hostile(name="truncated", body=lambda: _GOOD[:-7], answer=400),
    Hostile(name="noise", body=lambda: bytes(range(255, 0, -1)), answer=400),
    Hostile(name="events-as-spans", body=lambda: _events({}, "x" * 100), answer=400),
    Hostile(name="short-id", body=lambda: _span(trace_id=b"abc"), answer=400),
    Hostile(name="huge-length", body=lambda: _LONG_LENGTH + _GOOD, answer=400),
    Hostile(name="negative-length", body=lambda: _NO_LENGTH + _GOOD, answer=400),
    Hostile(name="half-json", body=lambda: b'{"resourceSpans": [', answer=400, headers=_JSON),
    Hostile(
        name="mistyped", body=lambda: json.dumps(_MISTYPED).encode(), answer=400, headers=_JSON
    ),
    Hostile(name="deep-json", body=lambda: b'{"a":' * 100_000, answer=400, headers=_JSON),
    Hostile(
        name="plain-text", body=lambda: _GOOD, answer=415, headers={"content-type": "text/plain"}
    ),
    Hostile(name="not-gzip", body=lambda: _GOOD, answer=400, headers=_GZIP),
    Hostile(name="brotli", body=lambda: _GOOD, answer=400, headers={"content-encoding": "br"}),
    Hostile(
        name="bomb", body=lambda: gzip.compress(bytes(100 * _MEGABYTE)), answer=400, headers=_GZIP
    ),
    Hostile(name="too-large", body=lambda: bytes(21 * _MEGABYTE), answer=400),
)
"""None of these may cost a neighbour, nor the Collector."""

TAKEN: Final = (
    Hostile(name="nothing", body=lambda: b"", answer=200),
    Hostile(name="zero-ids", body=lambda: _span(trace_id=bytes(16), span_id=bytes(8)), answer=200),
    Hostile(name="no-ids", body=lambda: _span(trace_id=b"", span_id=b""), answer=200),
    Hostile(
        name="10-mb-on-a-span",
        body=lambda: _spans(otlp.span("chat", {"app.blob": "z" * 10 * _MEGABYTE})),
        answer=200,
    ),
    Hostile(
        name="5000-attributes",
        body=lambda: _spans(
            otlp.span("chat", {f"key.{number}": "z" * 900 for number in range(5000)})
        ),
        answer=200,
    ),
    Hostile(
        name="10-mb-prompt",
        body=lambda: _events({}, "z" * 10 * _MEGABYTE),
        answer=200,
        signal="logs",
    ),
    Hostile(
        name="1000-messages",
        body=lambda: _events({"gen_ai.input.messages": [_MESSAGE] * 1000}, None),
        answer=200,
        signal="logs",
    ),
)
"""Large or odd, and kept, if cut: each must reach its store, and so must what is sent with it."""
