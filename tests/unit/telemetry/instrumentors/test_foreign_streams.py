# pyright: reportMissingTypeStubs=false
"""What is repaired of every stream that OpenTelemetry's package wraps, whoever instrumented it."""

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util.genai.handler import TelemetryHandler
from opentelemetry.util.genai.invocation import InferenceInvocation
from opentelemetry.util.genai.stream import SyncStreamWrapper

from spansight.telemetry.instrumentors.repairs import dropped, interludes
from spansight.telemetry.instrumentors.repairs.patches import Patches


class Chunks:
    """What a client streams."""

    def __iter__(self) -> Iterator[str]:
        yield from ("one", "two")

    def close(self) -> None:
        """Have nothing to close."""


class Stream(SyncStreamWrapper[str]):
    """What an instrumentor makes of it."""

    def __init__(self, invocation: InferenceInvocation) -> None:
        super().__init__(Chunks(), invocation=invocation)
        self._self_invocation = invocation

    def _process_chunk(self, chunk: str) -> None:
        pass

    def _on_stream_end(self) -> None:
        self._self_invocation.stop()

    def _on_stream_error(self, error: BaseException) -> None:
        self._self_invocation.fail(error)


@pytest.fixture
def told() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def handler(told: InMemorySpanExporter) -> Iterator[TelemetryHandler]:
    """Yield one whose streams are repaired."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(told))
    patches = Patches()
    for repair in (interludes, dropped):
        repair.apply(patches, {})
    yield TelemetryHandler(tracer_provider=provider)
    patches.undo()


def names(told: InMemorySpanExporter) -> dict[str | None, Any]:
    return {span.name: span for span in told.get_finished_spans()}


def test_a_call_between_two_chunks_is_a_call_of_its_own(
    handler: TelemetryHandler, told: InMemorySpanExporter
) -> None:
    outside = trace.get_current_span()
    stream = Stream(handler.inference("theirs", request_model="outer"))
    assert next(stream) == "one"
    assert trace.get_current_span() is outside
    handler.inference("theirs", request_model="inner").stop()
    assert list(stream) == ["two"]
    assert trace.get_current_span() is outside
    assert {name: span.parent for name, span in names(told).items()} == {
        "chat inner": None,
        "chat outer": None,
    }


def test_a_stream_that_is_dropped_is_no_failure(
    handler: TelemetryHandler, told: InMemorySpanExporter
) -> None:
    stream = Stream(handler.inference("theirs", request_model="outer"))
    assert next(stream) == "one"
    del stream
    assert names(told)["chat outer"].status.is_unset
    assert "error.type" not in names(told)["chat outer"].attributes


def test_a_stream_that_breaks_is_one(handler: TelemetryHandler, told: InMemorySpanExporter) -> None:
    stream = Stream(handler.inference("theirs", request_model="outer"))
    with pytest.raises(ZeroDivisionError), stream:
        raise ZeroDivisionError
    assert names(told)["chat outer"].attributes["error.type"] == "ZeroDivisionError"
