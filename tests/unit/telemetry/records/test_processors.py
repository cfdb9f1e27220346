"""Processors side by side: each is asked what it answers, and none stops another."""

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider

from spansight.telemetry import guard
from spansight.telemetry.records.processors import GuardedSpans


class Said(SpanProcessor):
    """Notes the ends that it is told of."""

    def __init__(self, ended: list[str]) -> None:
        self.ended = ended

    def on_end(self, span: ReadableSpan) -> None:
        self.ended.append(span.name)


class Raising(SpanProcessor):
    """Fails at every moment there is."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        raise ZeroDivisionError(span.name, parent_context)

    def _on_ending(self, span: Span) -> None:
        raise ZeroDivisionError(span.name)

    def on_end(self, span: ReadableSpan) -> None:
        raise ZeroDivisionError(span.name)


def test_one_that_raises_is_counted_and_the_next_is_told() -> None:
    ended: list[str] = []
    guarded = GuardedSpans([Raising(), Said(ended)])
    provider = TracerProvider(active_span_processor=guarded, shutdown_on_exit=False)
    before = guard.errors().get("processor Raising", 0)
    provider.get_tracer("test").start_span("call").end()
    assert ended == ["call"]
    assert guard.errors()["processor Raising"] == before + 3


def test_what_the_application_adds_later_is_told_too() -> None:
    ended: list[str] = []
    provider = TracerProvider(active_span_processor=GuardedSpans([]), shutdown_on_exit=False)
    provider.add_span_processor(Said(ended))
    provider.get_tracer("test").start_span("call").end()
    assert ended == ["call"]
