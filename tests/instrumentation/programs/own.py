"""An application that sets OpenTelemetry up itself, before or after it is instrumented."""

import os
import runpy
import sys
from pathlib import Path

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

mine = InMemorySpanExporter()
provider = TracerProvider(resource=Resource.create({"service.name": "own"}))
provider.add_span_processor(SimpleSpanProcessor(mine))
trace.set_tracer_provider(provider)
if "otlp" in sys.argv:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
if "instrument" in sys.argv:
    import spansight

    spansight.instrument()

with trace.get_tracer("own").start_as_current_span("request"):
    runpy.run_path(str(Path(__file__).with_name("one.py")))
names = sorted(span.name for span in mine.get_finished_spans())
os.write(1, f"{trace.get_tracer_provider() is provider} {names}\n".encode())
