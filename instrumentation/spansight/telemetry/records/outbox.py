"""The last step before the wire: refine, batch, send, count.

Refining runs on the exporting thread: a call to a model does not wait for masking.
"""

import copy
from collections.abc import Callable, Sequence
from typing import Final, Generic, TypeVar

from opentelemetry.context import Context
from opentelemetry.sdk._logs import LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from spansight.conventions import labels
from spansight.privacy.policy import Policy
from spansight.settings import say
from spansight.telemetry.guard import Guard
from spansight.telemetry.records.backlog import Backlog
from spansight.telemetry.records.batches import Batches, Bounds
from spansight.telemetry.records.ledger import Ledger
from spansight.telemetry.records.outgoing import Refinery

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

    def carry(self, batch: Sequence[R], *, held: int = 0) -> None:
        """Send refined copies: other processors may hold the records themselves.

        `held` left the queue with this batch, and follows.
        """
        self._ledger.take(len(batch), lambda: self._waiting() + held)
        ready = [copy for record in batch for copy in self._refined(record)]
        with Guard(f"exporter of {self._ledger.signal}") as guard:
            if self._export(ready):
                self._ledger.deliver(len(ready))
                return
            self._ledger.drop(labels.REFUSED, len(ready))
            say("the Collector does not take telemetry; is the stack up? The application goes on")
        if guard.error is not None:
            self._ledger.drop(labels.EXPORTER_ERROR, len(ready))
            say(f"{guard.site}: {guard.error!r}; the application goes on")

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
        self._batches: Final = Batches(Bounds.of("BSP"), courier.carry)

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Wait for the end."""

    def on_end(self, span: ReadableSpan) -> None:
        """Queue a span that is to be exported."""
        if span.context and span.context.trace_flags.sampled:
            self._batches.put(span)
            self.ledger.end()

    def force_flush(self, timeout_millis: int = 30000) -> bool:  # noqa: ARG002 - upstream's
        """Send what waits."""
        self._batches.flush()
        return True

    def forget(self) -> None:
        """Begin anew, as a forked child does: what waited is its parent's."""
        self.ledger.forget()
        self._batches.restart()

    @property
    def endpoint(self) -> str | None:
        """Where the exporter sends to, if it says so."""
        return getattr(self._exporter, "_endpoint", None)

    def _export(self, spans: Sequence[ReadableSpan]) -> bool:
        return self._silent() or self._exporter.export(spans) is SpanExportResult.SUCCESS

    def _waiting(self) -> int:
        return len(self._batches)


class EventOutbox(LogRecordProcessor):
    """Sends log records through one exporter; lives and counts as a `SpanOutbox` does."""

    def __init__(self, exporter: LogRecordExporter, *, policy: Policy) -> None:
        """Wrap an exporter."""
        self.ledger: Final = Ledger(labels.EVENTS)
        self._backlog: Final = Backlog()
        self._exporter: Final = exporter
        self._at_once: Final = policy.events_a_request
        self._courier: Final = _Courier(
            self.ledger, self._waiting, Refinery(policy).record, self._export
        )
        self._batches: Final = Batches(Bounds.of("BLRP"), self._carry)

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        """Queue a record, unless long ones fill the queue already."""
        record = _settled(log_record)
        if self._backlog.admits(record):
            self._batches.put(record)
        self.ledger.end()

    def shutdown(self) -> None:
        """Go on until the process ends."""

    def force_flush(self, timeout_millis: int = 30000) -> bool:  # noqa: ARG002 - upstream's
        """Send what waits."""
        self._batches.flush()
        return True

    def forget(self) -> None:
        """Begin anew in a forked child."""
        self.ledger.forget()
        self._batches.restart()

    def _carry(self, batch: Sequence[ReadableLogRecord]) -> None:
        """Send no more at once than a Collector takes: one that is too large loses them all."""
        for end in range(self._at_once, len(batch) + self._at_once, self._at_once):
            self._courier.carry(batch[end - self._at_once : end], held=len(batch[end:]))

    def _export(self, records: Sequence[ReadableLogRecord]) -> bool:
        return self._exporter.export(records) is LogRecordExportResult.SUCCESS

    def _waiting(self) -> int:
        return len(self._batches)


def _settled(record: ReadWriteLogRecord) -> ReadableLogRecord:
    """Return a record that nobody changes any more, without the context that it would hold."""
    log = copy.copy(record.log_record)
    log.context = Context()
    return ReadableLogRecord(
        log, record.resource or Resource.get_empty(), record.instrumentation_scope, record.limits
    )
