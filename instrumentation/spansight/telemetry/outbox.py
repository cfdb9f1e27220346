"""The last step before the wire: refine, batch, send, count.

Refining runs on the exporting thread: a call to a model does not wait for masking.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from opentelemetry.context import Context
from opentelemetry.sdk._logs import LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord
from opentelemetry.sdk._logs.export import (
    BatchLogRecordProcessor,
    LogRecordExporter,
    LogRecordExportResult,
)
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from spansight.settings import say
from spansight.telemetry.outgoing import masked, refined


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Spans so far.  What is neither delivered nor refused waits, or the queue was too full."""

    ended: int = 0
    delivered: int = 0
    refused: int = 0
    """Given up on by the exporter, after its retries."""

    @property
    def missing(self) -> int:
        """Spans that nobody has: after a flush, the number lost."""
        return self.ended - self.delivered

    def __add__(self, other: "Deliveries") -> "Deliveries":
        return Deliveries(
            self.ended + other.ended,
            self.delivered + other.delivered,
            self.refused + other.refused,
        )


class SpanOutbox(SpanProcessor):
    """Sends ended spans through one exporter, and knows how many arrived.

    Shutting down its provider leaves it working: the process's `Lifecycle` ends it, within a bound,
    where the SDK would wait half a minute for a Collector that does not answer.
    """

    def __init__(
        self, exporter: SpanExporter, *, masks: bool, silent: Callable[[], bool] = bool
    ) -> None:
        """Wrap an exporter; while `silent` holds, someone else sends the same spans."""
        self._exporter: Final = exporter
        self._masks: Final = masks
        self._silent: Final = silent
        self._batches: Final = BatchSpanProcessor(_Refining(self))
        self.forget()

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Wait for the end."""

    def on_end(self, span: ReadableSpan) -> None:
        """Queue a span that is to be exported."""
        if span.context and span.context.trace_flags.sampled:
            self._count(ended=1)
            self._batches.on_end(span)

    def send(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send copies: other processors may hold the spans themselves."""
        count = len(spans)
        if self._silent():
            self._count(delivered=count)
            return SpanExportResult.SUCCESS
        result = self._exporter.export([refined(span, masks=self._masks) for span in spans])
        if result is SpanExportResult.SUCCESS:
            self._count(delivered=count)
        else:
            self._count(refused=count)
            say("the Collector does not take spans; is the stack up? The application goes on")
        return result

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Send what waits."""
        return self._batches.force_flush(timeout_millis)

    def forget(self) -> None:
        """Count from zero, as a forked child does: what waited before is its parent's."""
        # Reentrant, because the garbage collector may end an abandoned stream's span at any point.
        self._lock = threading.RLock()
        self._ended = self._delivered = self._refused = 0

    @property
    def endpoint(self) -> str | None:
        """Where the exporter sends to, if it says so."""
        return getattr(self._exporter, "_endpoint", None)

    @property
    def deliveries(self) -> Deliveries:
        """The figures of this process."""
        return Deliveries(self._ended, self._delivered, self._refused)

    def _count(self, *, ended: int = 0, delivered: int = 0, refused: int = 0) -> None:
        with self._lock:
            self._ended += ended
            self._delivered += delivered
            self._refused += refused


class EventOutbox(LogRecordProcessor):
    """Sends log records through one exporter; lives as long as a `SpanOutbox`."""

    def __init__(self, exporter: LogRecordExporter, *, masks: bool) -> None:
        """Wrap an exporter."""
        self._batches: Final = BatchLogRecordProcessor(_Masking(exporter) if masks else exporter)

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        """Queue a record."""
        self._batches.on_emit(log_record)

    def shutdown(self) -> None:
        """Go on until the process ends."""

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Send what waits."""
        return self._batches.force_flush(timeout_millis)


class _Refining(SpanExporter):
    def __init__(self, outbox: SpanOutbox) -> None:
        self._outbox: Final = outbox

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._outbox.send(spans)


class _Masking(LogRecordExporter):
    def __init__(self, exporter: LogRecordExporter) -> None:
        self._exporter: Final = exporter

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        return self._exporter.export([masked(record) for record in batch])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self._exporter.force_flush(timeout_millis)
