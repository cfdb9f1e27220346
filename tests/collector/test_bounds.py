"""Whatever names arrive: how many series they make, what stands in them, and what stays exact."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from math import fsum
from pathlib import Path
from typing import Any, Final, cast

import pytest
import yaml

from collector import otlp
from collector.exposition import Samples, samples
from collector.process import FILES, Collector, eventually, running
from collector.prometheus import FOLDER, scraping
from spansight.conventions import attributes, environment, labels, metrics
from spansight.stores.prometheus import Prometheus

pytestmark = pytest.mark.stack

STATED: Final = 100_000
"""What docs/accuracy.md promises."""
A_REQUEST: Final = 200
REQUESTS: Final = int(os.environ.get("SPANSIGHT_FLOOD_REQUESTS", "100"))
"""500 of them are 100,000 names; `--junitxml FILE` then tells how many series they made."""
NAMES: Final = A_REQUEST * REQUESTS
CALL: Final[otlp.Attributes] = {
    attributes.OPERATION_NAME: "chat",
    attributes.PROVIDER_NAME: "openai",
    attributes.REQUEST_MODEL: "gpt-4o",
}


def word(number: int) -> str:
    """Return a name of four letters, a different one for each number."""
    return "".join(chr(ord("a") + number // 26**place % 26) for place in range(4))


@dataclass(frozen=True)
class Flood:
    """What was sent, and the Prometheus that saw it."""

    prometheus: Prometheus
    usd: float
    """The exact sum of what the calls reported."""


@pytest.fixture(scope="module")
def flood(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flood]:
    """Send a call to a model of its own for each name, each with every figure a call can have."""
    folder = tmp_path_factory.mktemp("flood")
    costs = [(number + 1) / 7e4 for number in range(A_REQUEST)]
    spans = [otlp.span("chat", strange(number, usd)) for number, usd in enumerate(costs)]
    body = otlp.traces(spans, {"service.name": "flood"}).SerializeToString()
    # So many series are much to write every 100 ms, and to read every second.
    slower = "yaml:connectors::span_metrics::metrics_flush_interval: 5s"
    with (
        running(folder, slower) as collector,
        scraping(folder / "prometheus", collector.ports, every_s=5) as server,
    ):
        for number in range(REQUESTS):
            request = body.replace(b"????", word(number).encode())
            eventually(partial(assert_taken, collector, request), within_s=60)
        eventually(lambda: everything_arrived(server), within_s=60)
        yield Flood(server, fsum(costs * REQUESTS))


def assert_taken(collector: Collector, request: bytes) -> None:
    """Send as an SDK does: again after a 503, which says that memory is short at the moment."""
    answer = collector.post("traces", request)
    assert answer.status_code != 503, answer.text
    assert answer.status_code == 200, answer.text


def strange(number: int, usd: float) -> otlp.Attributes:
    return {
        **CALL,
        attributes.REQUEST_MODEL: f"model-????-{word(number)}",
        attributes.FEATURE: "feature of ????",
        attributes.TEAM: word(number % 13),
        "user.id": f"????-{word(number)}",
        attributes.REQUEST_STREAM: True,
        attributes.TIME_TO_FIRST_CHUNK: 0.25,
        attributes.INPUT_TOKENS: 5,
        attributes.OUTPUT_TOKENS: 3,
        "gen_ai.usage.cost": usd,
    }


def everything_arrived(server: Prometheus) -> None:
    for name in (metrics.REQUEST.prometheus, metrics.LATENCY.count):
        assert server.value(f"sum({name})") == NAMES
    direction = f'{{direction="{labels.OUTPUT}"}}'
    assert server.value(f"sum({metrics.CONTROL_TOKENS.prometheus}{direction})") == 3 * NAMES


def test_a_flood_of_names_stays_below_the_stated_number_of_series(
    flood: Flood, record_testsuite_property: Callable[[str, object], None]
) -> None:
    stored = flood.prometheus.value('count({job="spansight"})')
    record_testsuite_property("series", stored)
    assert stored is not None
    assert stored < STATED
    users = flood.prometheus.query('count({job="spansight", user_id!=""})')
    assert not users


def test_totals_stay_exact_in_a_flood(flood: Flood) -> None:
    whole = flood.prometheus.value(metrics.CONTROL_COST.prometheus)
    assert whole == pytest.approx(flood.usd, rel=1e-9)
    labelled = flood.prometheus.value(f"sum({metrics.COST.prometheus})")
    assert labelled is not None
    assert 0 < labelled < flood.usd
    other = flood.prometheus.value(f'{metrics.REQUEST.prometheus}{{model="{labels.OTHER}"}}')
    known = flood.prometheus.value(f'sum({metrics.REQUEST.prometheus}{{model=~"model-.*"}})')
    assert other is not None
    assert known is not None
    assert other > 0
    assert known + other == NAMES


def test_a_flood_raises_the_alert(flood: Flood) -> None:
    rules = cast("dict[str, Any]", yaml.safe_load((FOLDER / "rules" / "limits.yaml").read_text()))
    (rule,) = rules["groups"][0]["rules"]

    def raised() -> None:
        assert flood.prometheus.query(rule["expr"])
        assert flood.prometheus.query(f'ALERTS{{alertname="{rule["alert"]}"}}')

    eventually(raised, within_s=20)


def test_who_was_there_before_a_flood_stays(tmp_path: Path) -> None:
    """Only what comes late finds no room."""
    known = {**CALL, attributes.INPUT_TOKENS: 1000, attributes.OUTPUT_TOKENS: 0}
    small = "yaml:processors::delta_to_cumulative/amounts::max_streams: 10"
    with running(tmp_path, small) as collector:
        for turn in range(3):
            before, calls = 100 * turn, turn + 1
            collector.send(otlp.traces([otlp.span("chat", known)], {"service.name": "shop"}))
            eventually(partial(assert_counted, collector, calls, before))
            strangers = [otlp.span("chat", strange(before + n, 0.1)) for n in range(100)]
            collector.send(otlp.traces(strangers, {"service.name": "flood"}))
            eventually(partial(assert_counted, collector, calls, before + 100))


def assert_counted(collector: Collector, calls: int, strangers: int) -> None:
    found = samples(collector.exposition())
    assert tokens(found, "shop") == 1000 * calls
    whole = total(found, metrics.CONTROL_COST.prometheus)
    assert whole == pytest.approx(calls * 0.0025 + strangers * 0.1, rel=1e-9)


def tokens(found: Samples, service: str) -> float:
    return sum(
        value
        for (name, said), value in found.items()
        if name == metrics.TOKENS.prometheus and ("service", service) in said
    )


def total(found: Samples, name: str) -> float:
    return fsum(value for (family, _), value in found.items() if family == name)


def test_the_configuration_cannot_make_more_series_than_are_stated() -> None:
    """Each memory, times the series of its widest metric."""
    merged: dict[str, Any] = {"connectors": {}, "processors": {}, "pipelines": {}}
    for file in FILES:
        read = cast("dict[str, Any]", yaml.safe_load(file.read_text("utf-8")))
        merged["connectors"] |= read.get("connectors", {})
        merged["processors"] |= read.get("processors", {})
        merged["pipelines"] |= read.get("service", {}).get("pipelines", {})
    counting = merged["connectors"]["span_metrics"]["aggregation_cardinality_limit"] + 1
    most = counting * (1 + width(metrics.LATENCY))
    by_name = {metric.name: metric for metric in (*metrics.ALL, *metrics.CONTROL)}
    for name, connector in merged["connectors"].items():
        if name.startswith("signal_to_metrics/"):
            kind = name.partition("/")[2]
            memory = merged["processors"][f"delta_to_cumulative/{kind}"]["max_streams"]
            derived = (*connector["spans"], *connector.get("logs", ()))
            most += memory * max(width(by_name[row["name"]]) for row in derived)
            pipeline = merged["pipelines"][f"metrics/{kind}"]
            assert pipeline["processors"][-1] == f"delta_to_cumulative/{kind}"
    assert most < STATED


def width(metric: metrics.Metric) -> int:
    """Return how many series one combination of labels has: the buckets and the infinite one."""
    return len(metric.buckets) + 3 if metric.kind == "histogram" else 1


def seen(collector: Collector, service: str, count: int) -> list[dict[str, str]]:
    """Wait for this many calls of one service; return the labels of each series of them."""

    def arrived() -> list[dict[str, str]]:
        found = {
            said: value
            for (name, said), value in samples(collector.exposition()).items()
            if name == metrics.REQUEST.prometheus and ("service", service) in said
        }
        assert sum(found.values()) == count
        return [dict(said) for said in found]

    return eventually(arrived)


SHAPES: Final = {
    "gpt-4o": "gpt-4o",
    "gpt-4o-2024-05-13": "gpt-4o-2024-05-13",
    "claude-sonnet-4-5-20250929": "claude-sonnet-4-5-20250929",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "meta-llama/Llama-3.3-70B-Instruct": "meta-llama/Llama-3.3-70B-Instruct",
    "우리 모델 1호": "우리 모델 1호",
    'a "quoted"\nname\x00': "a _quoted__name_",
    "<script>": "_script_",
    "job-0190b3c4-7f3e-7c2a-9b1d-2f3e4d5c6b7a": "job-#",
    "build 5d4f8c7b9d1e": "build #",
    "deployment 1732300000": "deployment #",
    "가" * 100: "가" * 42,
    "m" * 300: "m" * 128,
}


def test_a_label_has_letters_digits_and_a_length(collector: Collector) -> None:
    calls = [otlp.span("chat", {**CALL, attributes.REQUEST_MODEL: name}) for name in SHAPES]
    collector.send(otlp.traces(calls, {"service.name": "shapes"}))
    found = {said["model"] for said in seen(collector, "shapes", len(SHAPES))}
    assert found == set(SHAPES.values())


def test_bytes_that_are_no_text_do_not_spoil_the_scrape(tmp_path: Path) -> None:
    with running(tmp_path) as collector, scraping(tmp_path / "p", collector.ports) as prometheus:
        spoilt = otlp.traces([otlp.span("chat", {**CALL, attributes.REQUEST_MODEL: "@@@@"})], {})
        body = spoilt.SerializeToString().replace(b"@@@@", b"\xff\xfeab")
        collector.post("traces", body)

        def scraped() -> None:
            calls = prometheus.query(metrics.REQUEST.prometheus)
            assert [call.labels["model"] for call in calls] == ["__ab"]

        eventually(scraped, within_s=20)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collector]:
    """Run a Collector that allows a few names only."""
    lists = {
        environment.MODELS.name: "gpt-4o.*|claude-sonnet",
        environment.TEAMS.name: "search|support",
        environment.FEATURES.name: "help",
    }
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            for name, allowed in lists.items():
                patch.setenv(name, allowed)
            started = stack.enter_context(running(tmp_path_factory.mktemp("strict")))
        yield started


def test_what_is_not_on_a_list_becomes_other_and_its_cost_counts(strict: Collector) -> None:
    names = ("gpt-4o", "gpt-4o-mini", "claude-sonnet-4", "my-gpt-4o", "mine")
    said = [
        {**CALL, attributes.REQUEST_MODEL: model, "gen_ai.usage.cost": 0.125, **more}
        for model in names
        for more in owners()
    ]
    calls = [otlp.span("chat", each) for each in said]
    strict.send(otlp.traces(calls, {"service.name": "listed", "team": "search"}))
    found = seen(strict, "listed", len(calls))
    assert {each["model"] for each in found} == {"gpt-4o", "gpt-4o-mini", labels.OTHER}
    assert {each["team"] for each in found} == {"search", labels.OTHER}
    assert {each["feature"] for each in found} == {"help", labels.NO_FEATURE, labels.OTHER}

    def priced() -> None:
        every = samples(strict.exposition())
        cost = [v for (n, _), v in every.items() if n == metrics.COST.prometheus]
        assert fsum(cost) == 0.125 * len(calls)

    eventually(priced)


def owners() -> Iterable[otlp.Attributes]:
    yield {}
    yield {attributes.TEAM: "search", attributes.FEATURE: "help"}
    yield {attributes.TEAM: "searching", attributes.FEATURE: "helpful"}


def test_a_list_holds_for_evaluations_too(strict: Collector) -> None:
    said: otlp.Attributes = {
        attributes.EVALUATION_NAME: "faithfulness",
        attributes.EVALUATION_SCORE: 0.5,
        attributes.TEAM: "strangers",
    }
    strict.send(otlp.logs([otlp.record("gen_ai.evaluation.result", said)], {"service.name": "e"}))

    def scored() -> None:
        found = samples(strict.exposition())
        teams = [dict(s)["team"] for (n, s) in found if n == metrics.EVALUATION_SCORE.count]
        assert teams == [labels.OTHER]

    eventually(scored)
