"""Numbered calls of one run, as spans and as events, and the numbers back from what arrived."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from google.protobuf.message import Message
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from collector import otlp

Signal = Literal["traces", "logs"]

SIGNALS: Final[tuple[Signal, ...]] = ("traces", "logs")

_TEXT: Final = "faults.text"
_FILLER: Final = "the quick brown fox jumps over the lazy dog; " * 12
_SAID: Final = re.compile(rb"call <(\d+)> ")
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
    return f"call <{number}> {_FILLER}"


def trace_id(number: int) -> bytes:
    """Return the trace of a call, never the invalid one."""
    return (number + 1).to_bytes(16, "big")


def request(signal: Signal, run: str, numbers: Sequence[int]) -> Message:
    """Return these calls of a run as one request."""
    resource: otlp.Attributes = {"service.name": run}
    if signal == "logs":
        return otlp.logs((otlp.record("note", {}, text(number)) for number in numbers), resource)
    return otlp.traces((_span(number) for number in numbers), resource)


def arrived(body: bytes) -> Iterator[Arrived]:
    """Return the numbered calls in a request that a store received, however damaged it is."""
    filler = _FILLER.encode()
    for match in _SAID.finditer(body):
        yield Arrived(int(match[1]), body.startswith(filler, match.end()))


def _span(number: int) -> Span:
    span = otlp.span("chat gpt-4o", {**_CALL, _TEXT: text(number)})
    span.trace_id = trace_id(number)
    return span
