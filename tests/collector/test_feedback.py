"""Ratings and thumbs are two scales: neither is ever turned into the other."""

from typing import Final

import pytest

from collector import otlp
from collector.exposition import counter, histogram, samples
from collector.process import Collector, eventually
from spansight.conventions import events, metrics
from support.processes import environment, python, run

pytestmark = pytest.mark.stack

SERVICE: Final = "feedback"
OWNER: Final = {
    "service": SERVICE,
    "environment": "unknown",
    "team": "unknown",
    "feature": "none",
}
RECORDS: Final = (
    otlp.record(events.FEEDBACK, {"spansight.rating": 2.0}, "too long"),
    otlp.record(events.FEEDBACK, {"spansight.rating": 4, "spansight.thumb": "up"}),
    otlp.record(events.FEEDBACK, {"spansight.thumb": "down", "user.hash": "0a" * 16 + "h"}),
    otlp.record(events.FEEDBACK, {"spansight.thumb": "down"}),
    # What other emitters may send: neither on the scale nor a thumb.
    otlp.record(events.FEEDBACK, {"spansight.rating": 0.0}),
    otlp.record(events.FEEDBACK, {"spansight.rating": 87}),
    otlp.record(events.FEEDBACK, {"spansight.rating": "good"}),
    otlp.record(events.FEEDBACK, {"spansight.thumb": "sideways", "thumb": "up"}),
    otlp.record(events.FEEDBACK, {}, "only words"),
)


def test_each_scale_has_a_metric_of_its_own(collector: Collector) -> None:
    collector.send(otlp.logs(RECORDS, {"service.name": SERVICE}))
    expected = {
        **histogram(metrics.USER_RATING, OWNER, [2.0, 4.0]),
        **counter(metrics.USER_THUMBS, {**OWNER, "thumb": "up"}, 1),
        **counter(metrics.USER_THUMBS, {**OWNER, "thumb": "down"}, 2),
    }

    def derived() -> None:
        found = samples(collector.exposition())
        mine = {key: value for key, value in found.items() if ("service", SERVICE) in key[1]}
        assert mine == expected

    eventually(derived)


def test_all_of_it_is_stored_with_its_words(collector: Collector) -> None:
    collector.send(otlp.logs(RECORDS, {"service.name": "stored"}))
    stored = collector.records("stored", len(RECORDS))
    assert [record.body.string_value for record in stored] == ["too long", *[""] * 7, "only words"]
    assert otlp.plain(stored[2].attributes)["user.hash"] == "0a" * 16 + "h"


def test_feedback_of_two_processes_joins_one_trace(collector: Collector) -> None:
    settings = environment(
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.ports.otlp_http}",
        OTEL_SERVICE_NAME="judged",
        SPANSIGHT_ENABLED="true",
        SPANSIGHT_USER_KEY="0123456789abcdef",
    )
    first = run(python("judged.py"), settings)
    trace_id = first.output.strip()
    second = run(python("judged.py", trace_id, "r-1"), settings)
    assert (first.code, second.code, first.errors, second.errors) == (0, 0, "", "")

    spans = {span.name: span for span in collector.spans("judged", 2)}
    call = otlp.plain(spans["chat local-1"].attributes)
    at_once, later, by_response = collector.records("judged", 3)
    assert at_once.trace_id == later.trace_id == bytes.fromhex(trace_id)
    assert at_once.span_id == spans["answer"].span_id
    assert not later.span_id
    assert later.body.string_value == "wrong, ask [EMAIL]"
    said = otlp.plain(by_response.attributes)
    assert said["gen_ai.response.id"] == call["gen_ai.response.id"] == "r-1"
    assert str(said["user.hash"]).endswith("h")
    for record in (at_once, later, by_response):
        assert otlp.plain(record.attributes)["event_name"] == "spansight.feedback"

    expected = {
        **histogram(metrics.USER_RATING, {**OWNER, "service": "judged"}, [5.0, 2.0]),
        **counter(metrics.USER_THUMBS, {**OWNER, "service": "judged", "thumb": "up"}, 1),
        **counter(metrics.USER_THUMBS, {**OWNER, "service": "judged", "thumb": "down"}, 1),
    }

    def derived() -> None:
        found = samples(collector.exposition())
        assert expected.items() <= found.items()

    eventually(derived)
