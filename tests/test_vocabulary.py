"""What is emitted, what the Collector defines and what is queried know the same names."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import promql_parser
import pytest
import yaml
from opentelemetry.semconv._incubating.attributes import (  # pyright: ignore[reportMissingTypeStubs] - it ships none
    gen_ai_attributes,
)

from spansight.conventions import attributes, environment, foreign, labels, metrics

ROOT = Path(__file__).parents[1]

METRICS = (*metrics.ALL, *metrics.CONTROL, *metrics.SELF, *metrics.WORKER)

NOT_IN_THE_PACKAGE = {
    attributes.CACHE_WRITE_TOKENS,
    attributes.PROMPT_VERSION,
    attributes.RETRIEVAL_TOP_K,
    attributes.REQUEST_REASONING_LEVEL,
}
"""In the conventions, not yet in the Python constants; fails when the package catches up."""

TRANSLATORS = {"dialects", "dialect.py"}
"""What speaks the words of other instrumentations, in order to put ours in their place."""

OF_ANOTHER_DIALECT = {
    "gen_ai.headers",
    "gen_ai.content.completion.chunk",
    "gen_ai.user",
    "llm.user",
}
"""What other instrumentations say and we take away; no name of ours."""


def constants(module: object) -> dict[str, str]:
    return {k: v for k, v in vars(module).items() if k.isupper() and isinstance(v, str)}


def collector() -> Mapping[str, Any]:
    merged: dict[str, Any] = {}
    for path in sorted((ROOT / "collector").glob("*.yaml")):
        if path.name != "prices.yaml":
            for section, content in cast(
                "dict[str, Any]", yaml.safe_load(path.read_text())
            ).items():
                merged.setdefault(section, {}).update(content)
    return merged


def panels() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in (ROOT / "grafana" / "dashboards").rglob("*.json"):
        board: dict[str, Any] = json.loads(path.read_text())
        for panel in board["panels"]:
            yield path.name, panel


def rules() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in (ROOT / "prometheus" / "rules").glob("*.yaml"):
        for group in cast("dict[str, Any]", yaml.safe_load(path.read_text()))["groups"]:
            for rule in group["rules"]:
                yield path.name, rule


def queries() -> Iterator[tuple[str, str]]:
    """Yield where a PromQL expression stands, and the expression, Grafana's variables filled."""
    for file, panel in panels():
        for target in panel.get("targets", ()):
            if "expr" in target and target["datasource"]["uid"] == "${prometheus}":
                yield f"{file}: {panel['title']}", filled(target["expr"])
    for file, rule in rules():
        yield f"{file}: {rule.get('alert') or rule['record']}", str(rule["expr"])


def filled(expression: str) -> str:
    expression = re.sub(r"\$\{?__(rate_)?(interval|range)\}?", "5m", expression)
    expression = re.sub(r"(\[|offset -)\$\w+", r"\g<1>5m", expression)
    return re.sub(r"\$\{?\w+(:\w+)?\}?", ".*", expression)


def recorded() -> set[str]:
    return {str(rule["record"]) for _, rule in rules() if "record" in rule}


def selectors(expression: str) -> set[str]:
    promql_parser.parse(expression)
    return set(re.findall(r"\b([a-zA-Z_:][\w:]*)(?=\s*\{)", expression))


def test_our_names_are_those_of_the_conventions() -> None:
    package = set(constants(gen_ai_attributes).values())
    ours = {name for name in constants(attributes).values() if name.startswith("gen_ai.")}
    assert ours - package == NOT_IN_THE_PACKAGE


def test_every_attribute_of_ours_is_documented_and_nothing_else_is() -> None:
    ours = {name for name in constants(attributes).values() if name.startswith("spansight.")}
    assert ours == set(attributes.OURS)


def test_emitters_take_their_names_from_the_vocabulary() -> None:
    ours = {path.stem for path in (ROOT / "instrumentation" / "spansight").iterdir()}
    spelt = {
        node.value
        for path in (ROOT / "instrumentation" / "spansight").rglob("*.py")
        if not {"conventions", *TRANSLATORS} & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    names = {text for text in spelt if re.fullmatch(r"(gen_ai|llm|rag|spansight)\.[a-z_.]+", text)}
    assert {name for name in names if name.split(".")[1] not in ours} == OF_ANOTHER_DIALECT


def test_the_collector_defines_exactly_the_metrics_of_the_vocabulary() -> None:
    rows = [
        row
        for name, connector in collector()["connectors"].items()
        if name.startswith("signal_to_metrics/")
        for signal in ("spans", "logs")
        for row in connector.get(signal, ())
    ]
    derived = (*metrics.ALL, *metrics.CONTROL)
    renamed = {metrics.REQUEST.name, metrics.LATENCY.name}
    text = (ROOT / "collector" / "metrics.yaml").read_text()
    assert {row["name"] for row in rows} | renamed == {metric.name for metric in derived}
    assert all(f'"{name}"' in text for name in renamed)
    by_name = {metric.name: metric for metric in derived}
    for row in rows:
        metric = by_name[row["name"]]
        assert (row["unit"], row["description"]) == (metric.unit, metric.description), row
        assert {each["key"] for each in row.get("attributes", ())} == set(metric.labels), row
        assert tuple(row.get("histogram", {}).get("buckets", ())) == metric.buckets, row


@pytest.mark.parametrize(("where", "expression"), list(queries()))
def test_every_queried_name_is_derived_recorded_or_foreign(where: str, expression: str) -> None:
    known = {name for metric in METRICS for name in metric.series}
    others = metrics.FOREIGN | {series.prometheus for series in foreign.ALL}
    assert selectors(expression) <= known | recorded() | others, where


@pytest.mark.parametrize(("where", "expression"), list(queries()))
def test_every_queried_label_is_one_that_the_metric_carries(where: str, expression: str) -> None:
    by_series = {name: metric for metric in METRICS for name in metric.series}
    for name, matchers in re.findall(r"\b([a-zA-Z_:][\w:]*)\{([^}]*)\}", expression):
        if name in by_series:
            asked = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers)) - {labels.BUCKET}
            assert asked <= set(by_series[name].labels), where


CLOSED = (
    labels.COMPONENT,
    labels.DIRECTION,
    labels.KIND,
    labels.STAGE,
    labels.STATUS,
    labels.THUMB,
)
"""Labels whose values the Collector's own files spell."""


def spelt(label: str) -> set[str]:
    """Return every text that stands in the Collector's files where this label is given a value."""
    text = (ROOT / "collector" / "metrics.yaml").read_text()
    given = re.findall(rf"{{key: {label}, default_value: (\w+)}}", text)
    lines = re.findall(rf'^.*(?:\["{label}s?"\]|"{label}":).*$', text, re.MULTILINE)
    return {*given, *re.findall(r'"(\w+)"', "\n".join(lines))}


@pytest.mark.parametrize("label", CLOSED)
def test_every_queried_value_is_one_that_the_collector_gives(label: str) -> None:
    """A misspelt one is an empty panel, which looks like no traffic."""
    ours = {name for metric in METRICS for name in metric.series if label in metric.labels}
    asked = {
        value
        for _, expression in queries()
        for name, matchers in re.findall(r"\b([a-zA-Z_:][\w:]*)\{([^}]*)\}", expression)
        if name in ours
        for values in re.findall(rf'\b{label}\s*(?:=~|!~|!=|=)\s*"([^"]*)"', matchers)
        for value in values.split("|")
    }
    assert asked - {".*", ""} <= spelt(label)
    assert asked


def test_every_metric_is_asked_for_by_a_board_or_a_rule() -> None:
    asked = {name for _, expression in queries() for name in selectors(expression)}
    assert not [metric.name for metric in metrics.ALL if not asked & set(metric.series)]


def test_no_metric_carries_a_person_a_conversation_or_free_text() -> None:
    forbidden = re.compile(r"user|conversation|prompt|request_id|query|trace|span")
    assert not [m for m in metrics.ALL if any(forbidden.search(label) for label in m.labels)]


def test_every_variable_of_ours_that_the_code_names_is_in_the_vocabulary() -> None:
    known = {variable.name for variable in environment.ALL}
    folder = ROOT / "instrumentation"
    for path in (*folder.rglob("*.py"), *folder.rglob("*.pth")):
        for name in re.findall(r'environ[^\n]*["\'](SPANSIGHT_\w+)["\']', path.read_text()):
            assert name in known, path
