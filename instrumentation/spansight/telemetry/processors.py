"""Processors side by side, none of which can stop the others or reach the application.

The SDK calls them one after the other and lets any error through: into the call to a model.
"""

import functools
from collections.abc import Iterable

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
    """Span processors, each behind a guard of its own."""

    def __init__(self, processors: Iterable[SpanProcessor]) -> None:
        """Take them in the order in which they are called."""
        super().__init__()
        self._span_processors = tuple(processors)

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Pass a started span on."""
        for one in self._span_processors:
            with Guard(_site(type(one))):
                one.on_start(span, parent_context)

    def _on_ending(self, span: Span) -> None:
        for one in self._span_processors:
            with Guard(_site(type(one))):
                one._on_ending(span)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the SDK's own hook

    def on_end(self, span: ReadableSpan) -> None:
        """Pass an ended span on."""
        for one in self._span_processors:
            with Guard(_site(type(one))):
                one.on_end(span)


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
