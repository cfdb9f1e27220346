"""A process that one OpenAI instrumentor watches: MODULE ENDPOINT SERVICE PROMPT.

A process of its own, because OpenLLMetry leaves its wrappers on when it is told to take them off.
"""

import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

from openai import APIStatusError, OpenAI
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from spansight.demo.provider import Provider


def main(module: str, endpoint: str, service: str, prompt: str) -> None:
    """Make an answer, a stream, an embedding and a failure."""
    tracing = TracerProvider(resource=Resource({"service.name": service}))
    tracing.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    instrumentor = import_module(module).OpenAIInstrumentor()
    instrumentor.instrument(tracer_provider=tracing, meter_provider=NoOpMeterProvider())
    with Provider() as provider:
        cached = OpenAI(base_url=provider.url("cached"), api_key="unused", max_retries=0)
        limited = OpenAI(base_url=provider.url("rate_limit"), api_key="unused", max_retries=0)
        ask: dict[str, Any] = {
            "model": "gpt-4o",
            "messages": [{"role": "user", "content": prompt}],
        }
        cached.chat.completions.create(**ask)
        for _ in cached.chat.completions.create(
            **ask, stream=True, stream_options={"include_usage": True}
        ):
            pass
        cached.embeddings.create(model="text-embedding-3-small", input=[prompt])
        with suppress(APIStatusError):
            limited.chat.completions.create(**ask)
    tracing.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
