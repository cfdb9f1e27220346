"""Long events that wait: as many as there is room for, however many there are."""

import threading
from collections.abc import Sequence

import pytest
from opentelemetry.sdk._logs import LoggerProvider, ReadableLogRecord
from opentelemetry.sdk._logs.export import LogRecordExporter, LogRecordExportResult

from spansight.privacy.policy import Policy
from spansight.telemetry.records.backlog import Backlog, characters
from spansight.telemetry.records.outbox import EventOutbox

LONG = "word " * 4000


class Gate(LogRecordExporter):
    """An exporter that waits until it is opened."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.received = 0

    def export(self, batch: Sequence[ReadableLogRecord]) -> LogRecordExportResult:
        self.opened.wait(10)
        self.received += len(batch)
        return LogRecordExportResult.SUCCESS

    def shutdown(self) -> None:
        """Hold nothing."""

    def force_flush(self, timeout_millis: int = 10) -> bool:  # noqa: ARG002 - upstream's
        return True


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.setattr("spansight.telemetry.records.outbox.Backlog", lambda: Backlog(3 * 20_000))
    return Gate()


def emit(outbox: EventOutbox, *texts: str) -> None:
    provider = LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(outbox)
    for text in texts:
        messages = [{"role": "user", "parts": [{"type": "text", "content": text}]}]
        provider.get_logger("test").emit(attributes={"gen_ai.input.messages": messages})


def test_what_there_is_no_room_for_is_counted_and_short_events_go_on(gate: Gate) -> None:
    outbox = EventOutbox(gate, policy=Policy())
    emit(outbox, *[LONG] * 10, *["short"] * 5)
    gate.opened.set()
    outbox.force_flush()
    # Each long one is 20,000 characters, and the few of its keys.
    assert gate.received == 2 + 5
    assert outbox.ledger.dropped == {"queue_full": 8}
    assert outbox.ledger.missing == 8


def test_what_was_sent_makes_room(gate: Gate) -> None:
    gate.opened.set()
    outbox = EventOutbox(gate, policy=Policy())
    for _ in range(5):
        emit(outbox, LONG, LONG)
        outbox.force_flush()
    assert (gate.received, outbox.ledger.dropped) == (10, {})


@pytest.mark.parametrize(
    ("value", "length"),
    [
        ("half", 4),
        (b"blob", 4),
        ({"a": ["ab", ("c", 7, None)], "b": {"c": "d"}}, 4),
        (None, 0),
    ],
)
def test_texts_are_counted_wherever_they_are(value: object, length: int) -> None:
    assert characters(value) == length


def test_what_has_no_end_is_not_counted_to_its_end() -> None:
    endless: list[object] = ["a"]
    endless.append(endless)
    assert characters(endless) == 16
