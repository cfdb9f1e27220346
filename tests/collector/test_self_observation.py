"""Each fault raises the series that the pipeline board and the alerts ask for, under that name."""

import time
from datetime import UTC, datetime
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest
import requests
from google.protobuf.message import Message

from collector import otlp
from collector.exposition import samples
from collector.process import FOLDER, Collector, eventually, process, running, store
from spansight.conventions import attributes, foreign, metrics
from spansight.conventions.foreign import Foreign
from spansight.cost import table
from support.listening import Exchange, Listening

pytestmark = pytest.mark.stack

ACCEPTED_BY_PROMETHEUS: Final = (
    "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5"
)
"""The names of counters depend on the format."""
CALL: Final[otlp.Attributes] = {
    attributes.OPERATION_NAME: "chat",
    attributes.PROVIDER_NAME: "openai",
    attributes.REQUEST_MODEL: "gpt-4o",
    attributes.INPUT_TOKENS: 10,
    attributes.OUTPUT_TOKENS: 1,
}
SPANS: Final = otlp.traces([otlp.span("chat", CALL)] * 10, {"service.name": "observed"})
RECORDS: Final = otlp.logs([otlp.record("note", {}, "x" * 100)] * 10, {"service.name": "observed"})
NOWHERE: Final = "http://127.0.0.1:9"
ROOM: Final = "{queue_size: 20000, batch: {min_size: 0, max_size: 10000}}"
SMALL: Final = tuple(
    f"yaml:exporters::{exporter}::sending_queue: {ROOM}"
    for exporter in ("otlp_http/tempo", "otlp_http/loki")
)


def of(collector: Collector, series: Foreign, **labels: str) -> float:
    """Return the sum of one series of the Collector's own, 0 where there is none."""
    text = requests.get(
        f"http://127.0.0.1:{collector.ports.collector_metrics}/metrics",
        headers={"accept": ACCEPTED_BY_PROMETHEUS},
        timeout=10,
    ).text
    return sum(
        value
        for (name, said), value in samples(text).items()
        if name == series.prometheus and labels.items() <= dict(said).items()
    )


def grows(collector: Collector, series: Foreign, **labels: str) -> None:
    def grown() -> None:
        assert of(collector, series, **labels) > 0, series.prometheus

    eventually(grown, within_s=30)


def post(collector: Collector, request: Message) -> int:
    signal = "traces" if request is SPANS else "logs"
    return collector.post(signal, request.SerializeToString()).status_code


def test_a_store_that_is_away_fills_its_queue_until_the_sender_is_told(tmp_path: Path) -> None:
    with process(tmp_path, NOWHERE, *SMALL) as (ports, _, log), store() as unused:
        collector = Collector(ports, unused, log)
        answers = [post(collector, request) for request in (SPANS, RECORDS) * 20]
        assert 503 in answers
        grows(collector, foreign.QUEUE_SIZE, exporter="otlp_http/tempo")
        grows(collector, foreign.QUEUE_SIZE, exporter="otlp_http/loki")
        grows(collector, foreign.QUEUE_FULL_SPANS, exporter="otlp_http/tempo")
        grows(collector, foreign.QUEUE_FULL_LOGS, exporter="otlp_http/loki")
        grows(collector, foreign.REFUSED_SPANS)
        grows(collector, foreign.REFUSED_LOGS)
        assert of(collector, foreign.QUEUE_CAPACITY, exporter="otlp_http/tempo") == 20000


class _Refusing(Exchange):
    def respond(self, body: bytes) -> None:  # noqa: ARG002 - whatever it is
        self.answer(400)


def refusing() -> Listening:
    """Return a store that takes nothing."""
    return Listening(ThreadingHTTPServer(("127.0.0.1", 0), _Refusing))


def test_what_a_store_refuses_for_good_is_counted(tmp_path: Path) -> None:
    with (
        refusing() as behind,
        process(tmp_path, behind.url) as (ports, _, log),
        store() as unused,
    ):
        collector = Collector(ports, unused, log)
        assert {post(collector, SPANS), post(collector, RECORDS)} == {200}
        grows(collector, foreign.SEND_FAILED_SPANS, exporter="otlp_http/tempo")
        grows(collector, foreign.SEND_FAILED_LOGS, exporter="otlp_http/loki")


def test_what_was_taken_and_what_was_sent_balance(collector: Collector) -> None:
    """By them, docs/reliability.md finds what is lost without being given up."""
    collector.send(SPANS, RECORDS)
    for accepted, sent, exporter in (
        (foreign.ACCEPTED_SPANS, foreign.SENT_SPANS, "otlp_http/tempo"),
        (foreign.ACCEPTED_LOGS, foreign.SENT_LOGS, "otlp_http/loki"),
    ):
        grows(collector, accepted)
        eventually(partial(assert_balanced, collector, accepted, sent, exporter))


def assert_balanced(collector: Collector, accepted: Foreign, sent: Foreign, exporter: str) -> None:
    assert of(collector, sent, exporter=exporter) == of(collector, accepted)


def test_what_cannot_be_masked_is_counted_and_not_stored(tmp_path: Path) -> None:
    broken = (
        "yaml:processors::transform/privacy: {error_mode: propagate, "
        """trace_statements: [{statements: ['set(span.name, ParseJSON("{"))']}], """
        """log_statements: [{statements: ['set(log.body, ParseJSON("{"))']}]}"""
    )
    with running(tmp_path, broken) as collector:
        answers = {post(collector, SPANS), post(collector, RECORDS)}
        assert 200 not in answers
        for received in (foreign.REFUSED_SPANS, foreign.REFUSED_LOGS):
            grows(collector, received)
        assert of(collector, foreign.STEP_IN, processor=foreign.MASKING_STEP) >= 20
        assert of(collector, foreign.STEP_OUT, processor=foreign.MASKING_STEP) == 0
        assert not collector.store.spans
        assert not collector.store.logs


def test_a_label_without_room_is_counted(tmp_path: Path) -> None:
    with running(tmp_path, "yaml:processors::delta_to_cumulative/amounts::max_streams: 1") as one:
        one.send(SPANS)
        grows(one, foreign.LIMITED, error=foreign.NO_ROOM)


def test_the_collectors_memory_and_age_are_told(collector: Collector) -> None:
    collector.send(SPANS)
    grows(collector, foreign.MEMORY)
    grows(collector, foreign.UPTIME)


def test_the_age_of_the_prices_is_told_once_something_was_priced(collector: Collector) -> None:
    day = datetime.fromisoformat(table.read(FOLDER / "prices.ottl").as_of).replace(tzinfo=UTC)
    collector.send(SPANS)

    def told() -> None:
        found = samples(collector.exposition())
        told = [v for (name, _), v in found.items() if name == metrics.PRICE_TABLE.prometheus]
        assert told == [day.timestamp()]

    eventually(told)
    assert day.timestamp() <= time.time()
