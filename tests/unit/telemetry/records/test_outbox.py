"""The count of what left, and of what did not."""

import threading
from collections.abc import Sequence

import pytest
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from spansight.privacy.policy import Policy
from spansight.telemetry.records.outbox import EventOutbox, SpanOutbox


class Gate(SpanExporter):
    """An exporter that waits until it is opened."""

    def __init__(self, result: SpanExportResult = SpanExportResult.SUCCESS) -> None:
        self.opened = threading.Event()
        self.result = result
        self.received: list[str] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.opened.wait(10)
        self.received += [span.name for span in spans]
        return self.result


def end_spans(outbox: SpanOutbox, count: int) -> None:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(outbox)
    for number in range(count):
        provider.get_tracer("test").start_span(str(number)).end()


def test_a_queue_that_overflows_loses_spans_but_not_their_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "10")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10")
    gate = Gate()
    outbox = SpanOutbox(gate, policy=Policy())
    end_spans(outbox, 100)
    gate.opened.set()
    outbox.force_flush()
    arrived = len(gate.received)
    assert arrived < 100
    assert (outbox.ledger.ended, outbox.ledger.delivered) == (100, arrived)
    assert outbox.ledger.dropped == {"queue_full": 100 - arrived}


def test_what_the_collector_refuses_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    gate = Gate(SpanExportResult.FAILURE)
    gate.opened.set()
    outbox = SpanOutbox(gate, policy=Policy())
    end_spans(outbox, 3)
    outbox.force_flush()
    assert (outbox.ledger.ended, outbox.ledger.missing) == (3, 3)
    assert outbox.ledger.dropped == {"refused": 3}
    assert capsys.readouterr().err == (
        "spansight: the Collector does not take telemetry; is the stack up? "
        "The application goes on\n"
    )


class Broken(SpanExporter):
    """An exporter that raises, as one with an address of another kind does."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        raise ConnectionError(f"nowhere to send {len(spans)} spans to")


def test_an_exporter_that_raises_ends_nothing_and_loses_no_count(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outbox = SpanOutbox(Broken(), policy=Policy())
    end_spans(outbox, 3)
    outbox.force_flush()
    assert (outbox.ledger.ended, outbox.ledger.missing) == (3, 3)
    assert outbox.ledger.dropped == {"exporter_error": 3}
    assert "ConnectionError('nowhere to send" in capsys.readouterr().err


def test_what_someone_else_sends_is_not_sent_again() -> None:
    gate = Gate()
    gate.opened.set()
    outbox = SpanOutbox(gate, policy=Policy(), silent=lambda: True)
    end_spans(outbox, 2)
    outbox.force_flush()
    assert not gate.received
    assert outbox.ledger.missing == 0


def test_a_provider_that_is_shut_down_does_not_end_it() -> None:
    gate = Gate()
    gate.opened.set()
    outbox = SpanOutbox(gate, policy=Policy())
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(outbox)
    provider.get_tracer("test").start_span("before").end()
    provider.shutdown()
    outbox.force_flush()
    assert gate.received == ["before"]


def test_events_that_leave_in_portions_are_no_losses() -> None:
    policy = Policy(limit=10**9)
    assert policy.events_a_request == 1
    received = InMemoryLogRecordExporter()
    outbox = EventOutbox(received, policy=policy)
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(outbox)
    for number in range(5):
        provider.get_logger("test").emit(body=str(number))
    outbox.force_flush()
    bodies = [one.log_record.body for one in received.get_finished_logs()]
    assert bodies == ["0", "1", "2", "3", "4"]
    assert (outbox.ledger.delivered, outbox.ledger.dropped) == (5, {})
