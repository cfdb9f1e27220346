"""A Prometheus that calls the labels otherwise gets the same boards and rules in its own words."""

import json
import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from dashboards.committed import Json, strings
from spansight.conventions import labels
from spansight_dashboards import renaming
from spansight_dashboards.__main__ import main

NAMES = {
    labels.SERVICE: "app",
    labels.ENVIRONMENT: "env",
    labels.TEAM: "squad",
    labels.FEATURE: "capability",
    labels.PROVIDER: "vendor",
    labels.MODEL: "llm",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("renamed")
    knobs = [f"--set={label}_label={name}" for label, name in NAMES.items()]
    assert main(["build", "--output", str(folder), *knobs]) == 0
    return folder


@pytest.fixture(scope="module")
def boards(built: Path) -> list[Json]:
    return [json.loads(path.read_text()) for path in built.rglob("*.json")]


@pytest.fixture(scope="module")
def rules(built: Path) -> list[Json]:
    files = (yaml.safe_load(path.read_text()) for path in built.rglob("*.yaml"))
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


def asked(boards: list[Json], rules: list[Json]) -> list[str]:
    """Return every PromQL text, with a number where Grafana puts a window."""
    targets = [t for board in boards for panel in board["panels"] for t in panel.get("targets", ())]
    texts = [t["expr"] for t in targets if t["datasource"]["type"] == "prometheus"]
    texts += [rule["expr"] for rule in rules]
    return [re.sub(r"(\[|offset -)\$\w+", r"\g<1>5m", text) for text in texts]


def named(text: str) -> set[str]:
    """Return the labels that a query names, as its parser sees them."""
    found: set[str] = set()
    waiting: list[Any] = [promql_parser.parse(text)]
    while waiting:
        node = waiting.pop()
        if matchers := getattr(node, "matchers", None):
            found |= {matcher.name for matcher in matchers.matchers}
        if modifier := getattr(node, "modifier", None):
            found |= set(getattr(modifier, "labels", None) or ())
        parts = ("expr", "lhs", "rhs", "vs", "vector_selector", "param")
        waiting += [part for name in parts if (part := getattr(node, name, None)) is not None]
        waiting += list(getattr(node, "args", None) or ())
    return found


def test_the_parser_sees_labels_in_matchers_and_groups() -> None:
    """What the next test counts on."""
    text = 'sum by (model) (rate(llm_cost_usd_total{service="a"}[5m])) > on (team) topk(3, b)'
    assert named(text) >= {"model", "service"}


def test_no_query_names_a_label_as_before(boards: list[Json], rules: list[Json]) -> None:
    queries = asked(boards, rules)
    found = set[str]().union(*map(named, queries))
    assert len(queries) > 40
    assert found & set(NAMES) == set()
    assert found >= {"app", "llm"}


def test_variables_keep_their_names_and_ask_for_the_new_label(boards: list[Json]) -> None:
    for board in boards:
        asked = {v["name"]: v for v in board["templating"]["list"] if v["type"] == "query"}
        assert list(asked)[: len(NAMES)] == list(NAMES)
        for label, name in NAMES.items():
            assert asked[label]["query"]["query"].endswith(f", {name})")
            assert asked[label]["query"]["query"] == asked[label]["definition"]


def test_legends_and_columns_show_the_new_label(boards: list[Json]) -> None:
    panels = [panel for board in boards for panel in board["panels"]]
    legends = {target.get("legendFormat") for p in panels for target in p.get("targets", ())}
    assert "{{llm}}" in legends
    assert "{{model}}" not in legends
    renamed = [
        change["options"]["renameByName"]
        for panel in panels
        for change in panel.get("transformations", ())
        if change["id"] == "organize" and panel["datasource"]["type"] == "prometheus"
    ]
    assert any(columns.get("llm") == "Model" for columns in renamed)
    assert not any("model" in columns for columns in renamed)


def test_annotations_read_the_new_label(rules: list[Json]) -> None:
    texts = list(strings([rule.get("annotations", {}) for rule in rules]))
    shown = {label for text in texts for label in re.findall(r"\$labels\.(\w+)", text)}
    assert shown & set(NAMES) == set()
    assert "llm" in shown
    assert any("var-model={{ $labels.llm | urlquery }}" in text for text in texts)


def test_what_asks_other_stores_stays_as_it_is(boards: list[Json]) -> None:
    traceql = [
        target["query"]
        for board in boards
        for panel in board["panels"]
        for target in panel.get("targets", ())
        if target["datasource"]["type"] == "tempo"
    ]
    assert any("${service:pipe}" in query for query in traceql)


def test_text_in_quotes_is_no_label() -> None:
    query = 'llm_cost{service="service", x=~"\\"model\\""} * on (model) group_left (team) y'
    assert renaming.promql(query, NAMES) == (
        'llm_cost{app="service", x=~"\\"model\\""} * on (llm) group_left (squad) y'
    )


def test_nothing_changes_without_a_new_name(boards: list[Json]) -> None:
    for board in boards:
        assert renaming.board(board, {}) == board


@pytest.mark.parametrize(
    ("knob", "complaint"),
    [
        (
            "service_label=my-app",
            "service_label='my-app': expected a label name: letters, digits, underscores",
        ),
        ("service_label=", "service_label='': expected a label name: letters, digits, underscores"),
        ("team_label=model", "team_label='model': model has that name already; choose another"),
        ("team_label=stage", "team_label='stage': stage has that name already; choose another"),
    ],
)
def test_what_can_be_no_label_is_refused(
    knob: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "--output", str(tmp_path), "--set", knob]) == 2
    assert capsys.readouterr().err == f"spansight: {complaint}\n"
    assert not list(tmp_path.iterdir())


def test_two_labels_may_change_places(tmp_path: Path) -> None:
    swapped = ["--set=team_label=feature", "--set=feature_label=team"]
    assert main(["build", "--output", str(tmp_path), *swapped]) == 0
