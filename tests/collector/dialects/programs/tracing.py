"""What every emitter here needs: a tracer that exports, and the calls that all of them make."""
# Its packages are those of the emitter, in an environment of their own.
# pyright: basic, reportMissingImports=false, reportDeprecated=false

import os
from collections.abc import Generator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

QUESTION = "Which fox jumps over the dog?"


def base_url(scenario: str) -> str:
    """Return where the scripted provider plays a scenario."""
    return f"{os.environ['PROVIDER']}/{scenario}/v1"


@contextmanager
def tracing() -> Generator[TracerProvider]:
    """Export spans while the block runs."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    yield provider
    provider.shutdown()
