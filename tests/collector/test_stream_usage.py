"""A stream that tells no usage: from the client to the metric it is unknown, and never free."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from collector import otlp
from collector.exposition import Samples, samples
from collector.process import Collector, eventually
from spansight.conventions import attributes, labels, metrics
from spansight.demo.provider import Provider
from support.processes import environment, run

pytestmark = pytest.mark.stack

PROGRAM: Final = Path(__file__).parents[1] / "instrumentation" / "openai" / "matrix.py"
CASE: Final = "chat, stream read, sync"
FAMILIES: Final = ("official", "openllmetry")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with Provider(dated=True) as listening:
        yield listening


def told(
    collector: Collector, provider: Provider, service: str, **variables: str
) -> Mapping[str, object]:
    """Read one stream in a process of its own; return what the Collector made of its span."""
    done = run(
        [sys.executable, PROGRAM, CASE],
        environment(
            PROVIDER=provider.root,
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.ports.otlp_http}",
            OTEL_SERVICE_NAME=service,
            SPANSIGHT_ENABLED="true",
            **variables,
        ),
        within_s=60,
    )
    assert (done.code, done.errors) == (0, "")
    spans = [otlp.plain(span.attributes) for span in collector.spans(service, 2)]
    (call,) = [said for said in spans if attributes.OPERATION_NAME in said]
    return call


def series(collector: Collector, service: str) -> Samples:
    """Return what is counted of a service, as soon as anything is."""

    def counted() -> Samples:
        found = {
            key: value
            for key, value in samples(collector.exposition()).items()
            if (labels.SERVICE, service) in key[1]
        }
        assert any(name == metrics.REQUEST.prometheus for name, _ in found)
        return found

    return eventually(counted)


@pytest.mark.parametrize("family", FAMILIES)
def test_usage_that_nobody_told_is_unknown(
    collector: Collector, provider: Provider, family: str
) -> None:
    service = f"untold-{family}"
    call = told(collector, provider, service, SPANSIGHT_INSTRUMENTOR=family)
    assert call[attributes.COST_STATUS] == "unknown_usage"
    assert not [name for name in call if name.startswith(("gen_ai.usage.", "spansight.cost.usd"))]
    found = series(collector, service)
    unpriced = {
        dict(said)[labels.REASON]: value
        for (name, said), value in found.items()
        if name == metrics.UNPRICED_REQUEST.prometheus
    }
    assert unpriced == {"unknown_usage": 1}
    used = (metrics.TOKENS, metrics.COST)
    assert not {metric.prometheus for metric in used} & {name for name, _ in found}


@pytest.mark.parametrize("family", FAMILIES)
def test_usage_that_was_asked_for_is_priced(
    collector: Collector, provider: Provider, family: str
) -> None:
    service = f"asked-{family}"
    call = told(
        collector,
        provider,
        service,
        SPANSIGHT_INSTRUMENTOR=family,
        SPANSIGHT_STREAM_USAGE="true",
    )
    # gpt-4o: 2.5 in and 10 out, a million; three words asked, nine answered.
    assert call[attributes.COST_STATUS] == "priced"
    assert call[attributes.COST_USD] == pytest.approx((3 * 2.5 + 9 * 10) / 1e6)
    found = series(collector, service)
    tokens = {
        dict(said)[labels.DIRECTION]: value
        for (name, said), value in found.items()
        if name == metrics.TOKENS.prometheus
    }
    assert tokens == {labels.INPUT: 3, labels.OUTPUT: 9}
    assert metrics.UNPRICED_REQUEST.prometheus not in {name for name, _ in found}
