"""An application that sets OpenTelemetry up itself, before or after it is instrumented."""

import os
import runpy
import sys
from pathlib import Path

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import spansight

mine = InMemorySpanExporter()
provider = TracerProvider(resource=Resource.create({"service.name": "own"}))
provider.add_span_processor(SimpleSpanProcessor(mine))
if "otlp" in sys.argv:
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
if "twice" in sys.argv:
    trace.set_tracer_provider(TracerProvider())
if "instrument" in sys.argv:
    spansight.instrument()
    spansight.instrument()

with trace.get_tracer("own").start_as_current_span("request"):
    runpy.run_path(str(Path(__file__).with_name("one.py")))
names = sorted(span.name for span in mine.get_finished_spans())
os.write(1, f"{trace.get_tracer_provider() is provider} {names}\n".encode())
