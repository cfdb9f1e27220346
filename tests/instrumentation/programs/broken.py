"""Calls, plain and streamed, in a process where one part of the instrumentation always raises."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
from openai.types.chat import ChatCompletionMessageParam
from opentelemetry import _logs, trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, LogRecordProcessor
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

import spansight
from spansight.telemetry import guard
from spansight.telemetry.process import installation
from spansight.telemetry.records import outgoing


def fail(*_: object, **__: object) -> Any:  # noqa: ANN401 - whatever it stands in for
    raise RuntimeError("injected")


class BrokenSpans(SpanProcessor):
    on_start = on_end = _on_ending = fail


class BrokenEvents(LogRecordProcessor):
    on_emit = shutdown = force_flush = fail


class Hit:
    """A search result that cannot be looked at."""

    @property
    def score(self) -> float:
        return fail()


def add(kind: str) -> None:
    traces, logs = trace.get_tracer_provider(), _logs.get_logger_provider()
    if kind == "span processor" and isinstance(traces, TracerProvider):
        traces.add_span_processor(BrokenSpans())
    if kind == "log processor" and isinstance(logs, LoggerProvider):
        logs.add_log_record_processor(BrokenEvents())


BREAK: dict[str, Callable[[], object]] = {
    "nothing": bool,
    "span exporter": lambda: setattr(OTLPSpanExporter, "export", fail),
    "log exporter": lambda: setattr(OTLPLogExporter, "export", fail),
    "span mask": lambda: setattr(outgoing.Refinery, "span", fail),
    "log mask": lambda: setattr(outgoing.Refinery, "record", fail),
    "span processor": bool,
    "log processor": bool,
    "attribute getter": bool,
}

broken = sys.argv[1]
BREAK[broken]()
if "COUNTS" in os.environ:
    spansight.instrument()
    add(broken)

client = openai.OpenAI(base_url=f"{os.environ['PROVIDER']}/ok/v1", api_key="unused")
asked: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hi"}]
with spansight.stage("vector_search") as step:
    if broken == "attribute getter":
        step.results([Hit()])
    answer = client.chat.completions.create(model="gpt-4o", messages=asked)
    sys.stdout.write(f"{answer.choices[0].message.content}\n")
for chunk in client.chat.completions.create(model="gpt-4o", messages=asked, stream=True):
    sys.stdout.write(f"{[choice.delta.content for choice in chunk.choices]}\n")

if installed := installation.current():
    installed.flush()
    dropped = {ledger.signal: ledger.dropped for ledger in installed.ledgers}
    Path(os.environ["COUNTS"]).write_text(json.dumps([guard.errors(), dropped]))
