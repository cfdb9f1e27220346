"""Tempo keeps what someone will look at and a share of the rest; all else counts every call."""

import random
from collections.abc import Iterator
from pathlib import Path
from signal import Signals
from typing import Final

import pytest
import requests
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from collector import otlp
from collector.exposition import samples
from collector.process import FOLDER, Collector, Store, eventually, process, running, store
from spansight.conventions import attributes, labels, metrics

pytestmark = pytest.mark.stack

SAMPLING: Final = str(FOLDER / "sampling.yaml")
USUAL: Final = 2000
SHARE: Final = 0.2
# gpt-4o: $2.50 and $10 a million tokens.
CALL: Final[otlp.Attributes] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.usage.input_tokens": 1000,
    "gen_ai.usage.output_tokens": 100,
}
COST_OF_A_CALL: Final = 1000 * 2.5e-6 + 100 * 10e-6
EXPENSIVE: Final[otlp.Attributes] = {"gen_ai.usage.output_tokens": 20_000}
COST_OF_AN_EXPENSIVE_CALL: Final = 1000 * 2.5e-6 + 20_000 * 10e-6
IDS: Final = random.Random(20261122)  # noqa: S311 - the same traces each time, so the same are drawn


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collector]:
    """Run a Collector that decides soon."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPANSIGHT_SAMPLING_WAIT", "4s")
        patch.setenv("SPANSIGHT_SAMPLING_WAIT_AFTER_ROOT", "2s")
        patch.setenv("SPANSIGHT_SAMPLING_PERCENT", str(SHARE * 100))
        with running(tmp_path_factory.mktemp("sampled"), SAMPLING) as started:
            yield started


@pytest.fixture
def only_the_chosen(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Collector]:
    """Run one that keeps no share of the rest."""
    monkeypatch.setenv("SPANSIGHT_SAMPLING_WAIT", "4s")
    monkeypatch.setenv("SPANSIGHT_SAMPLING_WAIT_AFTER_ROOT", "2s")
    monkeypatch.setenv("SPANSIGHT_SAMPLING_PERCENT", "0")
    with running(tmp_path_factory.mktemp("chosen"), SAMPLING) as started:
        yield started


def call(
    name: str,
    more: otlp.Attributes | None = None,
    *,
    trace: bytes | None = None,
    parent: bytes = b"",
    seconds: float = 1.0,
    error: str | None = None,
) -> Span:
    span = otlp.span(name, {**CALL, **(more or {})}, seconds=seconds, error=error)
    span.trace_id = trace or IDS.randbytes(16)
    span.span_id = IDS.randbytes(8)
    span.parent_span_id = parent
    return span


def test_a_share_is_kept_and_everything_is_counted(sampled: Collector) -> None:
    service = "usual"
    sent = [call(f"chat {number}") for number in range(USUAL)]
    dear = [call(f"dear {number}", EXPENSIVE) for number in range(5)]
    for begin in range(0, USUAL, 200):
        sampled.send(otlp.traces(sent[begin : begin + 200], {"service.name": service}))
    sampled.send(otlp.traces(dear, {"service.name": service}))

    def counted(metric: metrics.Metric) -> float:
        found = samples(sampled.exposition())
        return sum(
            value
            for (name, said), value in found.items()
            if name == metric.prometheus and (labels.SERVICE, service) in said
        )

    cost = USUAL * COST_OF_A_CALL + 5 * COST_OF_AN_EXPENSIVE_CALL

    def every_call_is_counted() -> None:
        assert counted(metrics.REQUEST) == USUAL + 5
        assert counted(metrics.COST) == pytest.approx(cost, rel=1e-9)

    eventually(every_call_is_counted)

    def kept() -> list[str]:
        spans = [
            span.name
            for resource in sampled.resources(service)
            for scope in resource.scope_spans
            for span in scope.spans
        ]
        assert sum(name.startswith("dear") for name in spans) == 5
        return [name for name in spans if name.startswith("chat")]

    # Four standard deviations of a draw by chance; the ids are fixed, so is the draw.
    slack = 4 * (USUAL * SHARE * (1 - SHARE)) ** 0.5

    def the_share_is_kept() -> None:
        assert abs(len(kept()) - USUAL * SHARE) < slack

    eventually(the_share_is_kept, within_s=20)
    eventually(lambda: _all_decided(sampled, USUAL + 5))
    the_share_is_kept()


def decided(collector: Collector) -> float:
    """Return how many traces were decided on."""
    url = f"http://127.0.0.1:{collector.ports.collector_metrics}/metrics"
    return sum(
        float(line.rpartition(" ")[2])
        for line in requests.get(url, timeout=10).text.splitlines()
        if line.startswith("otelcol_processor_tail_sampling_global_count_traces_sampled")
    )


def test_what_someone_will_look_at_is_kept_whole(only_the_chosen: Collector) -> None:
    resource = {"service.name": "chosen"}
    failed = call("failed", error="no answer")
    chosen = [
        failed,
        call("slow", seconds=12.0),
        call("expensive", EXPENSIVE),
        call("badly evaluated", {attributes.EVALUATION_LOWEST: 0.2}),
        call("asked for", {attributes.KEEP: True}),
        call("synthetic", {attributes.SYNTHETIC: True}),
    ]
    # A step of the trace that failed, in a request of its own, and before it.
    step = call("step of failed", trace=failed.trace_id, parent=failed.span_id)
    others = [
        call("usual"),
        call("long", seconds=9.0),
        call("well evaluated", {attributes.EVALUATION_LOWEST: 0.5}),
        call("not asked for", {attributes.KEEP: False}),
        call("odd", {attributes.EVALUATION_LOWEST: "low", attributes.KEEP: "yes"}),
    ]
    only_the_chosen.send(otlp.traces([step], resource), otlp.traces([*chosen, *others], resource))
    eventually(lambda: _all_decided(only_the_chosen, len(chosen) + len(others)), within_s=20)
    names = {span.name for span in only_the_chosen.spans("chosen", len(chosen) + 1)}
    assert names == {span.name for span in [*chosen, step]}
    # One that arrives after the decision follows it.
    late = call("late step", trace=failed.trace_id, parent=failed.span_id)
    lost = call("late and alone", trace=others[0].trace_id, parent=others[0].span_id)
    only_the_chosen.send(otlp.traces([late, lost], resource))
    names = {span.name for span in only_the_chosen.spans("chosen", len(chosen) + 2)}
    assert late.name in names
    assert lost.name not in names


def _all_decided(collector: Collector, count: int) -> None:
    assert decided(collector) == count


def test_the_events_of_a_dropped_trace_stay(only_the_chosen: Collector) -> None:
    """An evaluation comes later than the decision and needs what it is about."""
    usual = call("usual")
    said = otlp.record("gen_ai.client.inference.operation.details", {}, "a prompt")
    said.trace_id = usual.trace_id
    resource = {"service.name": "said"}
    only_the_chosen.send(otlp.traces([usual], resource), otlp.logs([said], resource))
    eventually(lambda: _all_decided(only_the_chosen, 1), within_s=20)
    (kept,) = only_the_chosen.records("said", 1)
    assert kept.trace_id == usual.trace_id
    assert not only_the_chosen.resources("said")


def send_one_until(ending: Signals, name: str, folder: Path, behind: Store) -> None:
    """Send a call to a Collector of its own, and end that before it has decided."""
    with process(folder, behind.url, SAMPLING) as (ports, started, log):
        sent = otlp.traces([call(name)], {"service.name": "waiting"})
        Collector(ports, behind, log).send(sent)
        started.send_signal(ending)
        started.wait(timeout=20)


def test_only_a_kill_loses_what_is_undecided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The price of this overlay: what waits for its decision waits in memory."""
    monkeypatch.setenv("SPANSIGHT_SAMPLING_PERCENT", "100")
    with store() as behind:
        for name, ended in (("at an end", "TERM"), ("at a kill", "KILL"), ("later", "TERM")):
            send_one_until(Signals[f"SIG{ended}"], name, tmp_path, behind)
        # What was decided at an end waits in the queue on disk for the next start.
        with process(tmp_path, behind.url, SAMPLING) as (ports, _, log):
            arrived = Collector(ports, behind, log).spans("waiting", 2)
    assert {span.name for span in arrived} == {"at an end", "later"}
