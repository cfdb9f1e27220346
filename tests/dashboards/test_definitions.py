"""A board and an alert mean the same by one word: they ask for the same events."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import promql_parser
import pytest
import yaml

from dashboards.committed import ROOT, panels
from spansight_dashboards import knobs

Json = dict[str, Any]
Selected = frozenset[tuple[str, frozenset[str]]]
"""Series, each with the conditions that are its own: neither a reader's choice nor the scope's."""

RULES: Final = ROOT / "prometheus" / "rules"
PANELS: Final = panels()


def rules(name: str) -> list[Json]:
    (group,) = yaml.safe_load((RULES / f"{name}.yaml").read_text("utf-8"))["groups"]
    return group["rules"]


def queries(panel: str) -> list[str]:
    return [target["expr"] for target in PANELS[panel]["targets"]]


def selected(expression: str) -> Selected:
    """Return what a query asks for, whatever the window and whoever's calls."""
    promql_parser.parse(re.sub(r"\$\w+", "5m", expression))
    found = re.findall(r"([a-z_:]+)(\{[^}]*\})", expression)
    return frozenset((name, frozenset(own(matchers))) for name, matchers in found)


def own(matchers: str) -> list[str]:
    each = re.findall(r'\w+(?:=~|!=|=)"[^"]*"', matchers)
    return [one for one in each if "$" not in one and not one.startswith("service!=")]


def recorded(objective: str) -> Selected:
    """Return what the recorded events and misses of an objective are made of."""
    mine = [rule for rule in rules("objectives") if rule["labels"]["objective"] == objective]
    assert len(mine) == 2
    return together(rule["expr"] for rule in mine)


def together(expressions: Iterable[str]) -> Selected:
    nothing: Selected = frozenset()
    return nothing.union(*map(selected, expressions))


@pytest.mark.parametrize(
    ("legend", "objective"),
    [("first token", "first_token"), ("answer", "answer"), ("retrieval", "retrieval")],
)
def test_what_keeps_its_target_is_what_the_alert_counts(legend: str, objective: str) -> None:
    burn = PANELS["latency: Burn of the error budget"]["targets"]
    kept = PANELS["latency: Within target"]["targets"]
    (burning,) = (target["expr"] for target in burn if target["legendFormat"] == legend)
    (within,) = (
        target["expr"] for target in kept if target["legendFormat"] == f"{legend}, goal 95%"
    )
    assert selected(within) == selected(burning) == recorded(objective)


def test_answers_that_failed_are_in_no_time_of_an_answer() -> None:
    asked = [
        (name, labels)
        for panel in PANELS.values()
        for target in panel["targets"]
        for name, labels in selected_or_none(target)
        if name.startswith("llm_answer_latency_seconds")
    ]
    assert len(asked) > 3
    assert all('status="success"' in labels for _, labels in asked)


def selected_or_none(target: Json) -> Selected:
    asks = target["datasource"]["type"] == "prometheus"
    return selected(target["expr"]) if asks else frozenset()


def test_half_of_the_calls_have_to_be_fast_since_the_alert_is_about_the_median() -> None:
    (slow,) = (rule for rule in rules("latency") if rule.get("alert") == "SlowGeneration")
    assert re.search(r"histogram_quantile\(\s*0\.5,", slow["expr"])
    legends = [target["legendFormat"] for target in PANELS["latency: Within target"]["targets"]]
    assert "speed, goal 50%" in legends


@pytest.mark.parametrize(
    ("panel", "alert"),
    [
        ("quality: Relevancy, worst", "LowRelevance"),
        ("quality: User rating", "LowRating"),
        ("overview: Error ratio", "HighErrorRate"),
    ],
)
def test_a_number_is_of_what_its_alert_judges(panel: str, alert: str) -> None:
    expressions = [
        rule["expr"] for path in RULES.glob("*.yaml") for rule in of(path) if rule["alert"] == alert
    ]
    (shown,) = queries(panel)
    assert selected(shown) <= together(expressions)


def of(path: Path) -> list[Json]:
    return [rule for rule in rules(path.stem) if "alert" in rule]


@pytest.mark.parametrize("panel", ["overview: Faithfulness", "quality: Faithfulness, worst"])
def test_faithfulness_is_the_series_that_the_alert_reads(panel: str) -> None:
    (shown,) = queries(panel)
    assert {name for name, _ in selected(shown)} == {"rag_faithfulness_score"}


def test_hallucinations_are_what_is_missing_in_faithfulness() -> None:
    """Of the same pipeline, the worst: one number red and its complement green is a riddle."""
    (made_up,) = queries("rag: Hallucinations")
    (score,) = (rule for rule in rules("quality") if rule.get("record"))
    assert selected(made_up) == selected(score["expr"])
    assert re.match(r"1\s+-\s+min\(", made_up)


def test_every_target_is_a_bound_of_its_metric_s_buckets() -> None:
    """Between two of them, what is late cannot be counted."""
    asked = {
        (name.removesuffix("_bucket"), float(bound))
        for panel in PANELS.values()
        for target in panel["targets"]
        for name, bound in re.findall(r'(\w+_bucket)\{le=~"([\d.]+)\(', str(target.get("expr")))
    }
    series = {metric.prometheus: metric.buckets for metric in knobs.BOUNDS.values()}
    assert {name for name, _ in asked} >= set(series)
    assert all(bound in series[name] for name, bound in asked if name in series)
