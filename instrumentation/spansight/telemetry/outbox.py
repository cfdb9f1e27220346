"""The last step before the wire: refine, batch, send, count.

Refining runs on the exporting thread: a call to a model does not wait for masking.
"""

from collections.abc import Callable, Sequence, Sized
from typing import Final, Generic, TypeVar, cast

from opentelemetry.context import Context
from opentelemetry.sdk._logs import LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord
from opentelemetry.sdk._logs.export import (
    BatchLogRecordProcessor,
    LogRecordExporter,
    LogRecordExportResult,
)
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from spansight.conventions import labels
from spansight.privacy.policy import Policy
from spansight.settings import say
from spansight.telemetry.guard import Guard
from spansight.telemetry.ledger import Ledger
from spansight.telemetry.outgoing import Refinery

R = TypeVar("R")


class _Courier(Generic[R]):
    """Takes batches from a queue to an exporter; whatever goes wrong there ends here, counted."""

    def __init__(
        self,
        ledger: Ledger,
        waiting: Callable[[], int],
        refine: Callable[[R], R],
        export: Callable[[Sequence[R]], bool],
    ) -> None:
        self._ledger: Final = ledger
        self._waiting: Final = waiting
        self._refine: Final = refine
        self._export: Final = export

    def carry(self, batch: Sequence[R], *, held: int = 0) -> bool:
        """Send refined copies: other processors may hold the records themselves.

        `held` left the queue with this batch, and follows.
        """
        self._ledger.take(len(batch), lambda: self._waiting() + held)
        ready = [copy for record in batch for copy in self._refined(record)]
        with Guard(f"exporter of {self._ledger.signal}") as guard:
            if self._export(ready):
                self._ledger.deliver(len(ready))
                return True
            self._ledger.drop(labels.REFUSED, len(ready))
            say("the Collector does not take telemetry; is the stack up? The application goes on")
        if guard.error is not None:
            self._ledger.drop(labels.EXPORTER_ERROR, len(ready))
            say(f"{guard.site}: {guard.error!r}; the application goes on")
        return False

    def _refined(self, record: R) -> Sequence[R]:
        """Return the one copy that may leave, or none: what cannot be masked stays."""
        with Guard(f"masking of {self._ledger.signal}"):
            return (self._refine(record),)
        self._ledger.drop(labels.MASKING_ERROR)
        return ()


class SpanOutbox(SpanProcessor):
    """Sends ended spans through one exporter, and knows how many arrived.

    Shutting down its provider leaves it working: the process's `Lifecycle` ends it, within a bound,
    where the SDK would wait half a minute for a Collector that does not answer.
    """

    def __init__(
        self, exporter: SpanExporter, *, policy: Policy, silent: Callable[[], bool] = bool
    ) -> None:
        """Wrap an exporter; while `silent` holds, someone else sends the same spans."""
        self.ledger: Final = Ledger(labels.SPANS)
        self._exporter: Final = exporter
        self._silent: Final = silent
        courier = _Courier(self.ledger, self._waiting, Refinery(policy).span, self._export)
        self._batches: Final = BatchSpanProcessor(_CarriedSpans(courier))

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Wait for the end."""

    def on_end(self, span: ReadableSpan) -> None:
        """Queue a span that is to be exported."""
        if span.context and span.context.trace_flags.sampled:
            self._batches.on_end(span)
            self.ledger.end()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Send what waits."""
        return self._batches.force_flush(timeout_millis)

    @property
    def endpoint(self) -> str | None:
        """Where the exporter sends to, if it says so."""
        return getattr(self._exporter, "_endpoint", None)

    def _export(self, spans: Sequence[ReadableSpan]) -> bool:
        return self._silent() or self._exporter.export(spans) is SpanExportResult.SUCCESS

    def _waiting(self) -> int:
        return _queue_length(self._batches)


class EventOutbox(LogRecordProcessor):
    """Sends log records through one exporter; lives and counts as a `SpanOutbox` does."""

    def __init__(self, exporter: LogRecordExporter, *, policy: Policy) -> None:
        """Wrap an exporter."""
        self.ledger: Final = Ledger(labels.EVENTS)
        self._exporter: Final = exporter
        courier = _Courier(self.ledger, self._waiting, Refinery(policy).record, self._export)
        carried = _CarriedEvents(courier, policy.events_a_request)
        self._batches: Final = BatchLogRecordProcessor(carried)

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        """Queue a record."""
        self._batches.on_emit(log_record)
        self.ledger.end()

    def shutdown(self) -> None:
        """Go on until the process ends."""

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Send what waits."""
        return self._batches.force_flush(timeout_millis)

    def _export(self, records: Sequence[ReadableLogRecord]) -> bool:
        return self._exporter.export(records) is LogRecordExportResult.SUCCESS

    def _waiting(self) -> int:
        return _queue_length(self._batches)


class _CarriedSpans(SpanExporter):
    def __init__(self, courier: _Courier[ReadableSpan]) -> None:
        self._courier: Final = courier

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        arrived = self._courier.carry(spans)
        return SpanExportResult.SUCCESS if arrived else SpanExportResult.FAILURE


class _CarriedEvents(LogRecordExporter):
    def __init__(self, courier: _Courier[ReadableLogRecord], at_once: int) -> None:
        self._courier: Final = courier
        self._at_once: Final = at_once

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        """Send no more at once than a Collector takes: one that is too large loses them all."""
        ends = range(self._at_once, len(batch) + self._at_once, self._at_once)
        arrived = [
            self._courier.carry(batch[end - self._at_once : end], held=len(batch[end:]))
            for end in ends
        ]
        return LogRecordExportResult.SUCCESS if all(arrived) else LogRecordExportResult.FAILURE

    def shutdown(self) -> None:
        """Nothing shuts an outbox down."""

    def force_flush(self, timeout_millis: int = 30000) -> bool:  # noqa: ARG002 - upstream's
        """Hold nothing."""
        return True


def _queue_length(batches: BatchSpanProcessor | BatchLogRecordProcessor) -> int:
    """Return how many records wait; the SDK tells only a meter provider."""
    batch: object = batches._batch_processor  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType, reportUnknownVariableType] - see above
    return len(cast("Sized", vars(batch)["_queue"]))
