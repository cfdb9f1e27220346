"""Ratings and thumbs are two scales: neither is ever turned into the other."""

from typing import Final

import pytest

from collector import otlp
from collector.exposition import counter, histogram, samples
from collector.process import Collector, eventually
from spansight.conventions import events, metrics

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
