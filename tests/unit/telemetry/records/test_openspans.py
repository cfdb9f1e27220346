"""Calls that are open at the end, and those that nobody holds any more."""

import gc

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Tracer

from spansight.conventions import attributes
from spansight.telemetry.records.openspans import OpenSpans

CALL = {attributes.OPERATION_NAME: "chat"}


def tracing() -> tuple[OpenSpans, InMemorySpanExporter, Tracer]:
    kept, exported = OpenSpans(), InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(kept)
    provider.add_span_processor(SimpleSpanProcessor(exported))
    return kept, exported, provider.get_tracer("test")


def test_calls_and_stages_are_ended_and_nothing_else_is() -> None:
    kept, exported, tracer = tracing()
    held = [
        tracer.start_span("call", attributes=CALL),
        tracer.start_span("stage", attributes={attributes.STAGE: "s"}),
        tracer.start_span("of another", attributes={"http.route": "/"}),
    ]
    kept.end_all()
    ended = exported.get_finished_spans()
    assert {span.name for span in ended} == {"call", "stage"}
    assert all((span.attributes or {})[attributes.UNFINISHED] is True for span in ended)
    assert held[2].is_recording()


def test_what_has_ended_is_left_alone() -> None:
    kept, exported, tracer = tracing()
    tracer.start_span("call", attributes=CALL).end()
    kept.end_all()
    (span,) = exported.get_finished_spans()
    assert attributes.UNFINISHED not in (span.attributes or {})


def test_a_call_that_nobody_holds_is_not_kept() -> None:
    kept, exported, tracer = tracing()
    tracer.start_span("abandoned", attributes=CALL)
    gc.collect()
    kept.end_all()
    assert not exported.get_finished_spans()


def test_a_forked_child_leaves_its_parents_calls_alone() -> None:
    kept, exported, tracer = tracing()
    held = tracer.start_span("call", attributes=CALL)
    kept.forget()
    kept.end_all()
    assert not exported.get_finished_spans()
    assert held.is_recording()
    tracer.start_span("of the child", attributes=CALL).end()
    held.end()
    assert [span.name for span in exported.get_finished_spans()] == ["of the child"]
