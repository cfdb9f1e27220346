"""A provider of spans and events in memory, with our processors and no network."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry._logs import get_logger_provider
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from spansight import settings
from spansight.settings import Settings
from spansight.telemetry.records.content import ContentEvents
from spansight.telemetry.records.labelling import LabelledEvents, LabelledSpans
from support.recording import Recorded


@pytest.fixture(autouse=True)
def unsaid() -> None:
    """Let each test be the first with reason for a line: a process says each once."""
    settings._said.clear()  # pyright: ignore[reportPrivateUsage] - a process is never asked to


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorded]:
    """Record everything, with a team as default."""
    labels = Settings(team="core")
    spans, events = InMemorySpanExporter(), InMemoryLogRecordExporter()
    traces = TracerProvider(shutdown_on_exit=False)
    logs = LoggerProvider(shutdown_on_exit=False)
    traces.add_span_processor(LabelledSpans(labels))
    traces.add_span_processor(ContentEvents())
    traces.add_span_processor(SimpleSpanProcessor(spans))
    logs.add_log_record_processor(LabelledEvents(labels))
    logs.add_log_record_processor(SimpleLogRecordProcessor(events))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", traces)
    monkeypatch.setattr("opentelemetry._logs._internal._LOGGER_PROVIDER", logs)
    assert get_logger_provider() is logs
    yield Recorded(spans, events)
    traces.shutdown()
    logs.shutdown()
