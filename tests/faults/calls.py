"""Numbered calls of one run, as spans and as events, and the numbers back from what arrived."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from collector import otlp

Signal = Literal["traces", "logs"]

SIGNALS: Final[tuple[Signal, ...]] = ("traces", "logs")

_NUMBER: Final = "faults.number"
_TEXT: Final = "faults.text"
_FILLER: Final = "the quick brown fox jumps over the lazy dog; " * 12
_CALL: Final[otlp.Attributes] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 500,
    "gen_ai.usage.output_tokens": 100,
}


@dataclass(frozen=True, slots=True)
class Arrived:
    """One call as a store received it."""

    number: int
    intact: bool
    """Whether it says word for word what was sent."""


def text(number: int) -> str:
    """Return what a call carries; no two carry the same."""
    return f"{number}: {_FILLER}"


def trace_id(number: int) -> bytes:
    """Return the trace of a call, never the invalid one."""
    return (number + 1).to_bytes(16, "big")


def request(signal: Signal, run: str, numbers: Sequence[int]) -> Message:
    """Return these calls of a run as one request."""
    resource: otlp.Attributes = {"service.name": run}
    said: dict[int, otlp.Attributes] = {
        number: {**_CALL, _NUMBER: number, _TEXT: text(number)} for number in numbers
    }
    if signal == "logs":
        return otlp.logs(
            (otlp.record("note", {_NUMBER: number}, text(number)) for number in numbers), resource
        )
    spans = {number: otlp.span("chat gpt-4o", said[number]) for number in numbers}
    for number, span in spans.items():
        span.trace_id = trace_id(number)
    return otlp.traces(spans.values(), resource)


def arrived(signal: Signal, body: bytes) -> Iterator[Arrived]:
    """Return the numbered calls in a request that a store received."""
    for attributes, said in _told(signal, body):
        number = attributes.get(_NUMBER)
        if isinstance(number, int):
            yield Arrived(number, (said or attributes.get(_TEXT)) == text(number))


def _told(signal: Signal, body: bytes) -> Iterable[tuple[dict[str, object], object]]:
    """Yield the attributes of each call, and its body where the signal has one."""
    if signal == "traces":
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                yield from ((otlp.plain(span.attributes), None) for span in scope.spans)
        return
    for resource in ExportLogsServiceRequest.FromString(body).resource_logs:
        for record in (record for scope in resource.scope_logs for record in scope.log_records):
            yield otlp.plain(record.attributes), otlp.plain_value(record.body)
