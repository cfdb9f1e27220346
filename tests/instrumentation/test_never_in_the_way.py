"""Whatever part of the instrumentation raises: the application does not notice, and it is counted.

Two calls, one of them streamed, and one stage: three spans and two events.
"""

import json
from pathlib import Path

import pytest

from collector.exposition import samples
from collector.process import eventually, running
from spansight.conventions import labels, metrics
from spansight.demo.provider import Provider
from support.otlp_sink import Sink
from support.processes import environment, python, run

Counts = dict[str, int]

BROKEN: dict[str, tuple[Counts, Counts, Counts]] = {
    "nothing": ({}, {}, {}),
    "span exporter": ({"exporter of spans": 1}, {labels.EXPORTER_ERROR: 3}, {}),
    "log exporter": ({"exporter of events": 1}, {}, {labels.EXPORTER_ERROR: 2}),
    "span mask": ({"masking of spans": 3}, {labels.MASKING_ERROR: 3}, {}),
    "log mask": ({"masking of events": 2}, {}, {labels.MASKING_ERROR: 2}),
    # At the start of a span, before its end, and at its end.
    "span processor": ({"processor BrokenSpans": 9}, {}, {}),
    "log processor": ({"processor BrokenEvents": 2}, {}, {}),
    "attribute getter": ({"results of a stage": 1}, {}, {}),
}
"""What is broken → errors by site, dropped spans by reason, dropped events by reason."""


def settings(provider: Provider, endpoint: str, counts: Path, **more: str) -> dict[str, str]:
    return environment(
        PROVIDER=provider.root,
        COUNTS=str(counts),
        OTEL_EXPORTER_OTLP_ENDPOINT=endpoint,
        # One flush, and so one batch of each signal.
        OTEL_BSP_SCHEDULE_DELAY="60000",
        OTEL_BLRP_SCHEDULE_DELAY="60000",
        SPANSIGHT_CAPTURE_CONTENT="true",
        **more,
    )


@pytest.mark.parametrize("part", BROKEN)
def test_a_part_that_raises_is_counted_and_changes_nothing(
    provider: Provider, sink: Sink, tmp_path: Path, part: str
) -> None:
    counts = tmp_path / "counts.json"
    bare = run(python("broken.py", "nothing"), environment(PROVIDER=provider.root))
    environ = settings(provider, sink.url, counts, OTEL_METRICS_EXPORTER="none")
    done = run(python("broken.py", part), environ)
    assert (done.code, done.output) == (bare.code, bare.output)
    assert bare.code == 0
    errors, spans, events = BROKEN[part]
    assert json.loads(counts.read_text()) == [errors, {labels.SPANS: spans, labels.EVENTS: events}]
    assert len(sink.spans) == 3 - sum(spans.values())
    assert len(sink.events) == 2 - sum(events.values())
    said = done.errors.splitlines()
    assert all(line.startswith("spansight: ") for line in said)
    assert any("did not reach the Collector" in line for line in said) == bool(spans or events)


def shown(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return the series of the shop about itself, without what Prometheus calls its process."""
    own = {labels.SIGNAL, labels.REASON, labels.SITE}
    return {
        (name, frozenset((key, value) for key, value in said if key in own)): value
        for (name, said), value in samples(text).items()
        if ("service", "shop") in said and name.startswith("spansight_self")
    }


@pytest.mark.stack
@pytest.mark.parametrize(
    ("part", "more", "expected"),
    [
        (
            "log mask",
            {},
            {
                (metrics.ERRORS, labels.SITE, "masking of events"): 2,
                (metrics.DROPPED, labels.EVENTS, labels.MASKING_ERROR): 2,
            },
        ),
        (
            "nothing",
            {
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/v1/traces",
                "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": "0.1",
            },
            {(metrics.DROPPED, labels.SPANS, labels.REFUSED): 3},
        ),
    ],
    ids=["masking", "a refusal"],
)
def test_what_is_lost_is_a_series_in_prometheus(
    provider: Provider,
    tmp_path: Path,
    part: str,
    more: dict[str, str],
    expected: dict[tuple[metrics.Metric, str, str], int],
) -> None:
    series = {
        (
            metric.prometheus,
            frozenset(
                {(labels.SIGNAL, one), (labels.REASON, other)}
                if metric is metrics.DROPPED
                else {(one, other)}
            ),
        ): float(count)
        for (metric, one, other), count in expected.items()
    }
    with running(tmp_path) as collector:
        endpoint = f"http://127.0.0.1:{collector.ports.otlp_http}"
        environ = settings(
            provider, endpoint, tmp_path / "counts.json", OTEL_SERVICE_NAME="shop", **more
        )
        assert run(python("broken.py", part), environ).code == 0

        def arrived() -> None:
            assert shown(collector.exposition()) == series

        eventually(arrived)


@pytest.mark.stack
def test_a_process_without_losses_sends_no_metric(provider: Provider, tmp_path: Path) -> None:
    with running(tmp_path) as collector:
        endpoint = f"http://127.0.0.1:{collector.ports.otlp_http}"
        environ = settings(provider, endpoint, tmp_path / "counts.json", OTEL_SERVICE_NAME="shop")
        assert run(python("broken.py", "nothing"), environ).errors == ""
        collector.spans("shop", 3)
        assert not shown(collector.exposition())
