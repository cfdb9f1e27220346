"""Malformed and oversized requests among good ones: neighbours arrive, and the Collector lives."""

from collections.abc import Callable, Iterator

import pytest
import requests

from collector import otlp
from collector.process import Collector, eventually, running
from faults.calls import Signal
from faults.hostile import REFUSED, TAKEN, Hostile
from faults.rpc import over_grpc

pytestmark = pytest.mark.stack

Arrivals = Callable[[str, Signal, int], None]


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collector]:
    with running(tmp_path_factory.mktemp("hostile")) as started:
        yield started


def answer(collector: Collector, hostile: Hostile) -> int:
    return requests.post(
        f"http://127.0.0.1:{collector.ports.otlp_http}/v1/{hostile.signal}",
        data=hostile.body(),
        headers={"content-type": "application/x-protobuf", **hostile.headers},
        timeout=60,
    ).status_code


def neighbour(collector: Collector, service: str) -> None:
    said: otlp.Attributes = {"service.name": service}
    collector.send(
        otlp.traces([otlp.span("good", {})], said), otlp.logs([otlp.record("good", {}, "b")], said)
    )


@pytest.mark.parametrize("hostile", REFUSED, ids=lambda hostile: hostile.name)
def test_what_cannot_be_read_is_refused_and_costs_nothing_else(
    collector: Collector, hostile: Hostile
) -> None:
    """An SDK does not repeat what is answered with 4xx: it drops it, and counts it."""
    service = f"beside-{hostile.name}"
    neighbour(collector, service)
    assert answer(collector, hostile) == hostile.answer
    neighbour(collector, service)
    assert len(collector.spans(service, 2)) == len(collector.records(service, 2)) == 2


@pytest.mark.parametrize("hostile", TAKEN, ids=lambda hostile: hostile.name)
def test_what_is_large_or_odd_arrives_and_costs_nothing_else(
    collector: Collector, hostile: Hostile
) -> None:
    service = f"beside-{hostile.name}"
    store = collector.store
    held = len(store.spans if hostile.signal == "traces" else store.logs)
    neighbour(collector, service)
    assert answer(collector, hostile) == hostile.answer
    neighbour(collector, service)
    assert len(collector.spans(service, 2)) == len(collector.records(service, 2)) == 2

    def arrived() -> None:
        there = len(store.spans if hostile.signal == "traces" else store.logs)
        assert there - held == 2 + (hostile.name != "nothing")

    eventually(arrived)
    assert "Failed to split request" not in collector.log.read_text("utf-8")


def test_a_span_without_an_id_gets_one_and_the_others_keep_theirs(collector: Collector) -> None:
    """Tempo takes no request with such a span in it; see the test on the real one."""
    whole, bare = otlp.span("whole", {}), otlp.span("bare", {})
    bare.trace_id, bare.span_id = b"", bytes(8)
    collector.send(otlp.traces([whole, bare], {"service.name": "ids"}))
    arrived = {span.name: span for span in collector.spans("ids", 2)}
    assert (arrived["whole"].trace_id, arrived["whole"].span_id) == (whole.trace_id, whole.span_id)
    assert any(arrived["bare"].trace_id)
    assert any(arrived["bare"].span_id)
    assert arrived["bare"].trace_id != whole.trace_id


@pytest.mark.parametrize("hostile", REFUSED[:6], ids=lambda hostile: hostile.name)
def test_the_grpc_receiver_refuses_what_it_cannot_read(
    collector: Collector, hostile: Hostile
) -> None:
    service = f"grpc-beside-{hostile.name}"
    post = over_grpc(collector.ports.otlp_grpc)
    good = otlp.traces([otlp.span("good", {})], {"service.name": service}).SerializeToString()
    assert post("traces", good) == 200
    assert post("traces", hostile.body()) == 400
    assert post("traces", good) == 200
    assert len(collector.spans(service, 2)) == 2
