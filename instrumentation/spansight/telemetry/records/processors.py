"""Processors side by side, none of which can stop the others or reach the application.

The SDK calls them one after the other and lets any error through: into the call to a model.
"""

import functools
from collections.abc import Callable, Iterable

from opentelemetry.context import Context
from opentelemetry.sdk._logs import LogRecordProcessor, ReadWriteLogRecord
from opentelemetry.sdk._logs._internal import (
    SynchronousMultiLogRecordProcessor,
)
from opentelemetry.sdk.trace import (
    ReadableSpan,
    Span,
    SpanProcessor,
    SynchronousMultiSpanProcessor,
)

from spansight.telemetry.guard import Guard


class GuardedSpans(SynchronousMultiSpanProcessor):
    """Span processors, each behind a guard of its own, and called only for what it implements."""

    def __init__(self, processors: Iterable[SpanProcessor]) -> None:
        """Take them in the order in which they are called."""
        super().__init__()
        self._span_processors = tuple(processors)
        self._ask()

    def add_span_processor(self, span_processor: SpanProcessor) -> None:
        """Take one more, which the application adds to the provider."""
        super().add_span_processor(span_processor)
        self._ask()

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Pass a started span on."""
        for site, on_start in self._starting:
            with Guard(site):
                on_start(span, parent_context)

    def _on_ending(self, span: Span) -> None:
        for site, on_ending in self._ending:
            with Guard(site):
                on_ending(span)

    def on_end(self, span: ReadableSpan) -> None:
        """Pass an ended span on."""
        for site, on_end in self._ended:
            with Guard(site):
                on_end(span)

    def _ask(self) -> None:
        self._starting = self._answering("on_start")
        self._ending = self._answering("_on_ending")
        self._ended = self._answering("on_end")

    def _answering(self, method: str) -> list[tuple[str, Callable[..., None]]]:
        return [
            (_site(type(one)), getattr(one, method))
            for one in self._span_processors
            if getattr(type(one), method) is not getattr(SpanProcessor, method)
        ]


class GuardedEvents(SynchronousMultiLogRecordProcessor):
    """Log record processors, each behind a guard of its own."""

    def __init__(self, processors: Iterable[LogRecordProcessor]) -> None:
        """Take them in the order in which they are called."""
        super().__init__()
        self._log_record_processors = tuple(processors)

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        """Pass a record on."""
        for one in self._log_record_processors:
            with Guard(_site(type(one))):
                one.on_emit(log_record)


@functools.cache
def _site(kind: type) -> str:
    return f"processor {kind.__name__}"
