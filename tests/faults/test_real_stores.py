"""The oracle on the real Tempo, Loki and Prometheus: each is asked what it has."""

import os
import re
import signal
import time
from collections.abc import Iterator

import pytest

from collector import otlp
from collector.process import eventually
from faults import calls
from faults.calls import SIGNALS, Signal
from faults.sender import Sender, over_http
from spansight.conventions import foreign, metrics
from spansight.stack.native import NativeStack
from spansight.stack.ports import Ports
from spansight.stores.loki import Loki
from spansight.stores.prometheus import Prometheus
from spansight.stores.tempo import Tempo

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]

STORES = ("tempo", "loki", "prometheus")
TOO_MANY = 10
"""Spans of 0.9 MB in one trace, of which Tempo takes 5 MB."""
Senders = dict[Signal, Sender]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NativeStack]:
    servers = ("collector", *STORES)
    folder = tmp_path_factory.mktemp("real")
    with NativeStack(folder, ports=Ports.free(), servers=servers) as running:
        yield running


def sending(stack: NativeStack, run: str) -> Senders:
    port = int(stack.endpoints.otlp_http.rpartition(":")[2])
    senders: Senders = {
        name: Sender(name, run, over_http(port), calls_per_s=20) for name in SIGNALS
    }
    for sender in senders.values():
        sender.start()
    return senders


def truth(senders: Senders) -> dict[Signal, set[int]]:
    for sender in senders.values():
        sender.stop(60)
    return {name: sender.truth.acknowledged for name, sender in senders.items()}


def in_tempo(stack: NativeStack, numbers: set[int]) -> set[int]:
    tempo = Tempo(stack.endpoints.tempo)
    return {number for number in numbers if tempo.trace(calls.trace_id(number).hex())}


def in_loki(stack: NativeStack, run: str) -> set[int]:
    now = time.time()
    lines = Loki(stack.endpoints.loki).lines(
        f'{{service_name="{run}"}}', start=now - 600, end=now + 60, limit=4000
    )
    found = (re.match(r"call <(\d+)>", line.body) for line in lines)
    return {int(match[1]) for match in found if match}


def test_what_waited_for_every_store_is_in_every_store(stack: NativeStack) -> None:
    """Metrics too: the Collector goes on counting while nobody asks it."""
    senders = sending(stack, "restarted")
    time.sleep(2)
    stack.stop(*STORES)
    time.sleep(3)
    stack.start(*STORES)
    sent = truth(senders)
    assert min(map(len, sent.values())) > 50

    def arrived() -> None:
        assert in_tempo(stack, sent["traces"]) == sent["traces"]
        assert in_loki(stack, "restarted") == sent["logs"]

    def counted() -> None:
        count = f'sum({metrics.REQUEST.prometheus}{{service="restarted"}})'
        assert Prometheus(stack.endpoints.prometheus).value(count) == len(sent["traces"])

    eventually(arrived, within_s=60)
    eventually(counted, within_s=60)


def test_what_a_killed_collector_acknowledged_is_in_the_stores(stack: NativeStack) -> None:
    senders = sending(stack, "killed")
    time.sleep(2)
    stack.stop("tempo", "loki")
    time.sleep(2)
    os.kill(stack.state.pids["collector"], signal.SIGKILL)
    stack.stop("collector")  # it is gone; this says so
    stack.start("collector", "tempo", "loki")
    sent = truth(senders)
    assert min(map(len, sent.values())) > 50

    def arrived() -> None:
        assert in_tempo(stack, sent["traces"]) == sent["traces"]
        assert in_loki(stack, "killed") == sent["logs"]

    eventually(arrived, within_s=90)


def test_what_tempo_will_not_take_is_counted_by_tempo_alone(stack: NativeStack) -> None:
    """It answers 200 all the same, so that to the Collector every span was sent."""
    wide: otlp.Attributes = {f"app.part.{number}": "many words " * 1_400 for number in range(60)}
    trace = calls.trace_id(1_000_000)  # beyond all that other tests send
    post = over_http(int(stack.endpoints.otlp_http.rpartition(":")[2]))
    for _ in range(TOO_MANY):
        span = otlp.span("too much", wide)
        span.trace_id = trace
        assert (
            post("traces", otlp.traces([span], {"service.name": "large"}).SerializeToString())
            == 200
        )
        time.sleep(0.5)  # a request to Tempo for each
    prometheus = Prometheus(stack.endpoints.prometheus)

    def counted() -> None:
        refused = f'sum({foreign.TEMPO_DISCARDED.prometheus}{{reason="trace_too_large"}})'
        kept = len(Tempo(stack.endpoints.tempo).trace(trace.hex()))
        assert 0 < kept < TOO_MANY
        assert (prometheus.value(refused) or 0) + kept == TOO_MANY
        failed = f"sum({foreign.SEND_FAILED_SPANS.prometheus})"
        assert not prometheus.value(failed)

    eventually(counted, within_s=60)


def test_a_span_without_an_id_costs_no_neighbour(stack: NativeStack) -> None:
    """Tempo refuses it with all that came beside it, and the Collector gives up what is refused."""
    post = over_http(int(stack.endpoints.otlp_http.rpartition(":")[2]))
    before, after = 1_000_001, 1_000_002
    bare = otlp.span("bare", {})
    bare.trace_id = bare.span_id = b""
    for request in (
        calls.request("traces", "beside", [before]),
        otlp.traces([bare], {"service.name": "beside"}),
        calls.request("traces", "beside", [after]),
    ):
        assert post("traces", request.SerializeToString()) == 200

    def arrived() -> None:
        assert in_tempo(stack, {before, after}) == {before, after}

    eventually(arrived, within_s=60)
