"""What was sent is what is counted: against sums in plain Python, and through what goes wrong."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from math import fsum
from pathlib import Path
from random import Random
from typing import Final

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from collector import otlp
from collector.exposition import Samples, counter, histogram, samples
from collector.process import Collector, eventually, process, running, store
from collector.prometheus import scraping
from spansight.conventions import attributes, labels, metrics
from spansight.stack.ports import Ports
from spansight.stores.prometheus import Prometheus

pytestmark = pytest.mark.stack

EXACT: Final = 1e-9
RATES: Final = {"gpt-4o": (2.5, 1.25, 2.5, 10.0), "gpt-4o-mini": (0.15, 0.075, 0.15, 0.6)}
"""US dollars a million tokens: input, read from a cache, written to it, output."""
SERVICES: Final = ("shop", "faq", "batch")
HOUR_NS: Final = 3600 * otlp.SECOND


@dataclass(frozen=True)
class Sent:
    """One span, and what each metric must make of it."""

    service: str
    said: dict[str, otlp.Value]
    seconds: float
    error: str | None = None
    shift_ns: int = 0
    """Of both its times, as of a sender whose clock is wrong."""

    @property
    def operation(self) -> str:
        return str(self.said[attributes.OPERATION_NAME])

    @property
    def owner(self) -> dict[str, str]:
        return {
            "service": self.service,
            "environment": "prod",
            "team": str(self.said.get(attributes.TEAM, labels.UNKNOWN)),
            "feature": str(self.said.get(attributes.FEATURE, labels.NO_FEATURE)),
        }

    @property
    def call(self) -> dict[str, str]:
        return self.owner | {
            "provider": "openai",
            "model": str(self.said[attributes.REQUEST_MODEL]),
            "operation": self.operation,
        }

    @property
    def status(self) -> dict[str, str]:
        return {"status": labels.ERROR if self.error else labels.SUCCESS}

    def usage(self, name: str) -> int:
        found = self.said.get(name, 0)
        assert isinstance(found, int)
        return found

    def span(self) -> Span:
        made = otlp.span(self.operation, self.said, seconds=abs(self.seconds), error=self.error)
        if self.seconds < 0:
            start = made.start_time_unix_nano
            made.start_time_unix_nano, made.end_time_unix_nano = made.end_time_unix_nano, start
        made.start_time_unix_nano += self.shift_ns
        made.end_time_unix_nano += self.shift_ns
        return made


def anything(random: Random) -> Sent:
    """Return a span of any kind, with any of the figures that such a span has."""
    said: dict[str, otlp.Value] = {
        attributes.OPERATION_NAME: random.choice(
            ("chat", "chat", "chat", "text_completion", "execute_tool", "invoke_agent")
        ),
        attributes.PROVIDER_NAME: "openai",
        attributes.REQUEST_MODEL: random.choice((*RATES, "gpt-9")),
    }
    if random.random() < 0.5:
        said[attributes.FEATURE] = random.choice(("help", "search", "요약"))
    if random.random() < 0.3:
        said[attributes.TEAM] = random.choice(("a", "b"))
    if random.random() < 0.9:
        given = random.randrange(5000)
        said[attributes.INPUT_TOKENS] = given
        said[attributes.OUTPUT_TOKENS] = random.randrange(800)
        if random.random() < 0.4:
            said[attributes.CACHE_READ_TOKENS] = random.randrange(given + 1)
        if random.random() < 0.2:
            said[attributes.REASONING_TOKENS] = random.randrange(300)
    if random.random() < 0.5:
        said[attributes.REQUEST_STREAM] = True
        said[attributes.TIME_TO_FIRST_CHUNK] = random.choice((0.05, 0.3, random.random() * 12))
    said[attributes.TOOL_NAME] = random.choice(("sql", "web"))
    said[attributes.AGENT_NAME] = "planner"
    error = "refused" if random.random() < 0.15 else None
    if error:
        said[attributes.ERROR_TYPE] = random.choice(("429", "timeout"))
    # On a bound as often as between two, and now and then a clock that was set back on the way.
    seconds = random.choice((0.1, 1.0, 120.0, random.random() * 3, random.random() * 200, -2.5))
    shift_ns = random.choice((0, 0, HOUR_NS, -HOUR_NS))
    return Sent(random.choice(SERVICES), said, seconds, error, shift_ns)


def expected(sent: Iterable[Sent]) -> Samples:
    """Return every series that these spans make, but those of the speed of generation."""
    counted: dict[tuple[metrics.Metric, frozenset[tuple[str, str]]], list[float]] = {}
    for each in sent:
        for metric, said, value in measured(each):
            counted.setdefault((metric, frozenset(said.items())), []).append(value)
    found: Samples = {}
    for (metric, said), values in counted.items():
        if metric.kind == "histogram":
            found |= histogram(metric, dict(said), values)
        else:
            found |= counter(metric, dict(said), fsum(values))
    return found


def measured(each: Sent) -> Iterator[tuple[metrics.Metric, Mapping[str, str], float]]:
    """Yield what one span adds, to which series."""
    duration = max(round(each.seconds, 9), 0.0)
    if each.operation == "execute_tool":
        tool = {"tool": str(each.said[attributes.TOOL_NAME])}
        yield metrics.TOOL_LATENCY, each.owner | tool | each.status, duration
    elif each.operation == "invoke_agent":
        yield metrics.AGENT_LATENCY, each.owner | {"agent": "planner"} | each.status, duration
    else:
        kind = {"error_type": str(each.said[attributes.ERROR_TYPE])} if each.error else {}
        yield metrics.REQUEST, each.call | each.status | kind, 1
        yield metrics.LATENCY, each.call | each.status | kind, duration
        if attributes.TIME_TO_FIRST_CHUNK in each.said:
            first = each.said[attributes.TIME_TO_FIRST_CHUNK]
            assert isinstance(first, float)
            yield metrics.TIME_TO_FIRST_TOKEN, each.call, first
        yield from spent(each)


def spent(each: Sent) -> Iterator[tuple[metrics.Metric, Mapping[str, str], float]]:
    model = each.call["model"]
    if attributes.INPUT_TOKENS not in each.said:
        if not each.error:
            yield metrics.UNPRICED_REQUEST, each.call | {"reason": "unknown_usage"}, 1
            yield metrics.UNPRICED_TOKENS, each.call | {"reason": "unknown_usage"}, 0
        return
    given, made = each.usage(attributes.INPUT_TOKENS), each.usage(attributes.OUTPUT_TOKENS)
    read = each.usage(attributes.CACHE_READ_TOKENS)
    yield metrics.TOKENS, each.call | {"direction": "input"}, given
    yield metrics.TOKENS, each.call | {"direction": "output"}, made
    yield metrics.CONTROL_TOKENS, {"direction": "input"}, given
    yield metrics.CONTROL_TOKENS, {"direction": "output"}, made
    if attributes.CACHE_READ_TOKENS in each.said:
        yield metrics.CACHED_TOKENS, each.call | {"kind": "read"}, read
    if attributes.REASONING_TOKENS in each.said:
        reasoning = each.usage(attributes.REASONING_TOKENS)
        yield metrics.REASONING_TOKENS, each.call, reasoning
    if model not in RATES:
        yield metrics.UNPRICED_REQUEST, each.call | {"reason": "unknown_model"}, 1
        yield metrics.UNPRICED_TOKENS, each.call | {"reason": "unknown_model"}, given + made
        return
    for component, tokens, rate in zip(
        ("input", "cache_read", "cache_write", "output"),
        (given - read, read, 0, made),
        RATES[model],
        strict=True,
    ):
        usd = tokens * rate / 1e6
        yield metrics.COST, each.call | {"component": component}, usd
        yield metrics.CONTROL_COST, {}, usd


NOT_FORETOLD: Final = (*metrics.TOKENS_PER_SECOND.series, metrics.PRICE_TABLE.prometheus)


def derived(collector: Collector) -> Samples:
    found = samples(collector.exposition())
    return {key: value for key, value in found.items() if key[0] not in NOT_FORETOLD}


def requests_of(sent: list[Sent]) -> Iterator[ExportTraceServiceRequest]:
    for service, group in groupby(sorted(sent, key=lambda each: each.service), lambda s: s.service):
        resource = {"service.name": service, "deployment.environment.name": "prod"}
        yield otlp.traces([each.span() for each in group], resource)


@pytest.mark.parametrize("seed", range(2))
def test_every_family_is_the_sum_over_the_spans(tmp_path: Path, seed: int) -> None:
    """Whatever the order, the hour of the sender's clock and the sign of a duration."""
    random = Random(seed)  # noqa: S311 - the same numbers again, no secret
    sent = [anything(random) for _ in range(600)]
    with running(tmp_path) as collector:
        for first in range(0, len(sent), 60):
            collector.send(*requests_of(sent[first : first + 60]))
        wanted = expected(sent)

        def arrived() -> Samples:
            found = derived(collector)
            assert found.keys() == wanted.keys()
            for key, value in wanted.items():
                assert found[key] == pytest.approx(value, rel=EXACT, abs=1e-12), key
            return found

        eventually(arrived, within_s=30)


POISON: Final[tuple[otlp.Attributes, ...]] = (
    {attributes.INPUT_TOKENS: -5, attributes.OUTPUT_TOKENS: 3},
    {attributes.INPUT_TOKENS: 2**62, attributes.OUTPUT_TOKENS: 2**62},
    {"gen_ai.usage.cost": float("inf")},
    {"gen_ai.usage.cost": float("nan")},
    {"gen_ai.usage.cost": -1.0},
    {"gen_ai.usage.cost": "many"},
    {attributes.TIME_TO_FIRST_CHUNK: float("nan"), attributes.REQUEST_STREAM: True},
    {attributes.TIME_TO_FIRST_CHUNK: -1.0, attributes.REQUEST_STREAM: True},
)


def test_a_figure_that_cannot_be_stays_out_of_every_sum(tmp_path: Path) -> None:
    good = {attributes.INPUT_TOKENS: 100, attributes.OUTPUT_TOKENS: 10}
    call = {
        attributes.OPERATION_NAME: "chat",
        attributes.PROVIDER_NAME: "openai",
        attributes.REQUEST_MODEL: "gpt-4o",
    }
    spans = [otlp.span("chat", {**call, **each}) for each in (good, *POISON, good)]
    with running(tmp_path) as collector:
        collector.send(otlp.traces(spans, {"service.name": "poisoned"}))
        sums = {
            metrics.REQUEST.prometheus: len(spans),
            metrics.CONTROL_COST.prometheus: 2 * (100 * 2.5 + 10 * 10) / 1e6,
            metrics.TOKENS.prometheus: 220,
        }

        def arrived() -> None:
            found = totals(samples(collector.exposition()))
            assert {name: found.get(name) for name in sums} == pytest.approx(sums)
            assert metrics.TIME_TO_FIRST_TOKEN.count not in found

        eventually(arrived)


def totals(found: Samples) -> Mapping[str, float]:
    """Return the sum of each family."""
    added: defaultdict[str, float] = defaultdict(float)
    for (name, _), value in found.items():
        added[name] += value
    return added


def test_a_sampled_sender_counts_as_what_it_sent(tmp_path: Path) -> None:
    """Calls, tokens and cost of the same spans; not calls times a hundred beside cost times one."""
    span = otlp.span("chat", PRICED)
    span.trace_state = "ot=th:fd70a4"  # one in a hundred was kept
    with running(tmp_path) as collector:
        collector.send(otlp.traces([span], {"service.name": "sampled"}))

        def arrived() -> None:
            assert totals(samples(collector.exposition()))[metrics.REQUEST.prometheus] == 1

        eventually(arrived)


PRICED: Final[otlp.Attributes] = {
    attributes.OPERATION_NAME: "chat",
    attributes.PROVIDER_NAME: "openai",
    attributes.REQUEST_MODEL: "gpt-4o",
    attributes.INPUT_TOKENS: 1000,
    attributes.OUTPUT_TOKENS: 100,
}
USD: Final = 0.0035
ONE: Final = otlp.traces([otlp.span("chat", PRICED)] * 10, {"service.name": "shop"})


def test_what_a_queue_kept_is_not_counted_again(tmp_path: Path) -> None:
    """A kill with a backlog: the stores get it after the start, the metrics had it before."""
    port = Ports.free().tempo_otlp
    url = f"http://127.0.0.1:{port}"
    with process(tmp_path, url) as (ports, started, log), store() as unused:
        collector = Collector(ports, unused, log)
        collector.send(ONE, ONE)
        eventually(lambda: assert_calls(collector, 20))
        started.kill()
        started.wait(timeout=10)
    with store(port) as behind, process(tmp_path, url) as (ports, _, log):
        collector = Collector(ports, behind, log)
        assert len(collector.spans("shop", 20)) == 20
        collector.send(ONE)
        eventually(lambda: assert_calls(collector, 10))


def assert_calls(collector: Collector, count: int) -> None:
    assert totals(samples(collector.exposition()))[metrics.REQUEST.prometheus] == count


def test_a_refused_request_counts_each_time_it_comes(tmp_path: Path) -> None:
    """The one way to count twice: the queue on disk is full, and the sender repeats."""
    nowhere = f"http://127.0.0.1:{Ports.free().tempo_otlp}"
    tiny = "yaml:exporters::otlp_http/tempo::sending_queue::queue_size: 3000"
    batch = "yaml:exporters::otlp_http/tempo::sending_queue::batch: {min_size: 0, max_size: 3000}"
    with process(tmp_path, nowhere, tiny, batch) as (ports, _, log), store() as unused:
        collector = Collector(ports, unused, log)
        answers = [collector.post("traces", ONE.SerializeToString()) for _ in range(8)]
        refused = [answer.status_code for answer in answers].count(503)
        assert refused
        eventually(lambda: assert_calls(collector, 10 * len(answers)))


def test_two_collectors_add_up(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with (
        running(tmp_path / "a") as first,
        running(tmp_path / "b") as second,
        scraping(tmp_path / "prometheus", first.ports, second.ports) as prometheus,
    ):
        for number in range(30):
            (second if number % 3 else first).send(ONE)
        eventually(lambda: assert_sum(prometheus, 300), within_s=20)
        by_instance = prometheus.query(f"sum by (instance) ({metrics.REQUEST.prometheus})")
        assert sorted(each.value for each in by_instance) == [100, 200]
        eventually(lambda: assert_increase(prometheus, 300), within_s=20)


def test_a_restart_neither_loses_nor_doubles_what_was_scraped(tmp_path: Path) -> None:
    ports = Ports.free()
    with store() as behind, scraping(tmp_path / "prometheus", ports) as prometheus:
        for counted in (10, 30):
            with process(tmp_path, behind.url, ports=ports) as (_, started, log):
                collector = Collector(ports, behind, log)
                collector.send(*[ONE] * (counted // 10))
                eventually(partial(assert_sum, prometheus, counted), within_s=20)
                started.kill()
                started.wait(timeout=10)
        eventually(lambda: assert_increase(prometheus, 40), within_s=20)


def assert_sum(prometheus: Prometheus, calls: int) -> None:
    assert prometheus.value(f"sum({metrics.REQUEST.prometheus})") == calls
    cost = prometheus.value(f"sum({metrics.COST.prometheus})")
    assert cost == pytest.approx(calls * USD, rel=EXACT)


def assert_increase(prometheus: Prometheus, calls: int) -> None:
    """Hold increase() to what it promises: all of them, and at both ends half an interval more."""
    found = prometheus.value(f"sum(increase({metrics.REQUEST.prometheus}[1m]))")
    assert found is not None
    assert calls * 0.999 <= found <= calls * 1.6
