"""Who sends to our Collector already."""

from collections.abc import Callable

import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from spansight.telemetry.process.adoption import sends_to

OURS = "http://127.0.0.1:9/v1/traces"


@pytest.mark.parametrize(
    ("make", "sends"),
    [
        (lambda: SimpleSpanProcessor(OTLPSpanExporter(endpoint=OURS)), True),
        (lambda: BatchSpanProcessor(OTLPSpanExporter(endpoint=OURS)), True),
        (lambda: SimpleSpanProcessor(OTLPSpanExporter(endpoint="http://127.0.0.1:8")), False),
        (lambda: SimpleSpanProcessor(InMemorySpanExporter()), False),
        (SpanProcessor, False),
    ],
    ids=["one by one", "in batches", "elsewhere", "nowhere", "no exporter"],
)
def test_an_exporter_to_our_collector_is_recognised(
    make: Callable[[], SpanProcessor],
    sends: bool,  # noqa: FBT001 - a row of the table
) -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(make())
    assert sends_to(provider, OURS) is sends
    assert not sends_to(provider, None)
    provider.shutdown()
