"""Each rule file is valid, each alert tested in every state, and each leads to where one acts."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from spansight.stack import binaries

ROOT: Final = Path(__file__).parents[2]
RULES: Final = ROOT / "prometheus" / "rules"
RUNBOOKS: Final = ROOT / "docs" / "runbooks"
HEADINGS: Final = ["What it means", "Why you care", "First three checks", "How to silence"]
SAID: Final = {"summary", "description", "dashboard_url", "panel_url", "runbook_url"}

DEAD_MEN: Final = {"CollectorDown"}
"""Alerts that no data at all sets off."""

Json = dict[str, Any]


def load(path: Path) -> Json:
    return cast("Json", yaml.safe_load(path.read_text("utf-8")))


def rules(path: Path) -> Iterator[Json]:
    for group in load(path)["groups"]:
        yield from group["rules"]


FILES: Final = sorted(RULES.glob("*.yaml"))
TESTS: Final = sorted((RULES / "tests").glob("*.yaml"))
FORMS: Final = [(path.stem, rule) for path in FILES for rule in rules(path) if "alert" in rule]
"""Each alert, in each of its forms: by severity, or by where it is from."""
NAMES: Final = sorted({rule["alert"] for _, rule in FORMS})
RECORDED: Final = [rule for path in FILES for rule in rules(path) if "record" in rule]

every_name = pytest.mark.parametrize("name", NAMES)
every_form = pytest.mark.parametrize(
    ("file", "rule"), FORMS, ids=["-".join((r["alert"], *r["labels"].values())) for _, r in FORMS]
)


def cases(name: str) -> list[Json]:
    (file,) = {file for file, rule in FORMS if rule["alert"] == name}
    return cast("list[Json]", load(RULES / "tests" / f"{file}.yaml")["tests"])


def is_said_of(case: Json, state: str) -> bool:
    """Whether a case's name says that it is about this state, of every alert of its file."""
    return bool(re.match(rf"{state}\b", case["name"]))


def finds_no_alert(case: Json) -> bool:
    return any(
        "ALERTS[" in sample["expr"] and sample["exp_samples"] == []
        for sample in case.get("promql_expr_test", ())
    )


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [binaries.find("promtool"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)


@pytest.mark.stack
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_prometheus_accepts_the_file(path: Path) -> None:
    done = promtool("check", "rules", "--lint=all", "--lint-fatal", path)
    assert done.returncode == 0, done.stderr


@pytest.mark.stack
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_rules_do_what_their_tests_say(path: Path) -> None:
    done = promtool("test", "rules", path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_alerts_of_the_contract_keep_their_names_durations_and_severities() -> None:
    found = {rule["alert"]: (rule["for"], rule["labels"]["severity"]) for _, rule in FORMS}
    assert (
        found.items()
        >= {
            "HighLatency": ("5m", "warning"),
            "HighErrorRate": ("3m", "critical"),
            "CostBudgetExceeded": ("0m", "warning"),
            "QualityDegradation": ("15m", "warning"),
        }.items()
    )


@every_name
def test_an_alert_is_tested_quiet_without_data_and_in_low_traffic(name: str) -> None:
    for state in ("quiet", "low traffic", "no data"):
        assert any(is_said_of(case, state) and finds_no_alert(case) for case in cases(name)), state


@every_form
def test_low_traffic_is_of_what_the_alert_reads(file: str, rule: Json) -> None:
    """Otherwise nothing in that test could ever set it off."""
    read = {
        word
        for source in (rule, *recorded_for(str(rule["expr"])))
        for word in re.findall(r"[a-z_]+", str(source["expr"]))
    }
    fed = {
        series["series"].partition("{")[0]
        for case in load(RULES / "tests" / f"{file}.yaml")["tests"]
        if is_said_of(case, "low traffic")
        for series in case["input_series"]
    }
    assert read & fed, (rule["alert"], read, fed)


def recorded_for(expression: str) -> list[Json]:
    """Return the rules that make what an expression reads, those behind them included."""
    found = [rule for rule in RECORDED if rule["record"] in expression]
    behind = [inner for rule in found for inner in recorded_for(str(rule["expr"]))]
    return found + behind


@every_form
def test_an_alert_is_tested_pending_firing_with_its_words_and_resolved(
    file: str, rule: Json
) -> None:
    name, labels = rule["alert"], rule["labels"]
    mine = [case for case in cases(name) if case["name"].startswith(f"{name}: ")]
    assert mine, file
    judged = [
        found
        for case in mine
        for found in case.get("alert_rule_test", ())
        if found["alertname"] == name
    ]
    fired = [
        alert
        for found in judged
        for alert in found["exp_alerts"]
        if labels.items() <= alert["exp_labels"].items()
    ]
    assert fired, "firing"
    assert all(set(alert["exp_annotations"]) == SAID for alert in fired)
    assert all("{{" not in text for alert in fired for text in alert["exp_annotations"].values())
    assert any(found["exp_alerts"] == [] for found in judged), "resolved"
    pending = str([case.get("promql_expr_test") for case in mine])
    assert rule["for"] == "0m" or "pending" in pending


@every_name
def test_no_data_sets_off_only_a_dead_mans_switch(name: str) -> None:
    fires = any("no data" in case["name"] and "alert_rule_test" in case for case in cases(name))
    of_it = any(case["name"].startswith(f"{name}: no data") for case in cases(name))
    assert (fires and of_it) == (name in DEAD_MEN)


@every_form
def test_an_alert_says_what_how_much_whose_and_where_to_read_on(file: str, rule: Json) -> None:
    said = rule["annotations"]
    assert set(said) == SAID, file
    assert "$value" in said["description"]
    assert said["summary"][0] != " "
    assert said["runbook_url"].endswith(f"/blob/main/docs/runbooks/{rule['alert']}.md")
    assert rule["labels"]["severity"] in {"warning", "critical"}
    by = re.match(r"sum by \(([^)]*)\)", str(rule["expr"]))
    for label in by[1].split(", ") if by else ():
        named = said["summary"] + said["description"] + said["dashboard_url"]
        assert f"$labels.{label}" in named, label


@every_form
def test_an_alert_leads_to_a_panel_that_exists(file: str, rule: Json) -> None:
    said = rule["annotations"]
    assert said["panel_url"].startswith(said["dashboard_url"]), file
    address = urlsplit(re.sub(r"\{\{.*?\}\}", "x", said["panel_url"]))
    subject = address.path.removeprefix("/d/spansight-")
    board = json.loads((ROOT / f"grafana/dashboards/Spansight/{subject}.json").read_text("utf-8"))
    (panel,) = parse_qs(address.query)["viewPanel"]
    assert panel.removeprefix("panel-") in {str(each["id"]) for each in board["panels"]}
    variables = {f"var-{variable['name']}" for variable in board["templating"]["list"]}
    assert set(parse_qs(address.query)) - {"viewPanel"} <= variables


@every_name
def test_an_alert_has_a_runbook(name: str) -> None:
    lines = (RUNBOOKS / f"{name}.md").read_text("utf-8").splitlines()
    assert lines[0] == f"# {name}"
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == HEADINGS
    text = "\n".join(lines)
    checks = text[text.index(HEADINGS[2]) : text.index(HEADINGS[3])]
    assert re.findall(r"^(\d)\. ", checks, re.MULTILINE) == ["1", "2", "3"]
    assert re.search(r"`|\]\(|\*\w", checks), "a query, a page or a panel to look at"
    assert f"      alertname={name}" in text
    assert "--duration=" in text


def test_no_runbook_is_about_an_alert_that_is_gone() -> None:
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == set(NAMES)


def test_a_recorded_series_is_named_by_level_metric_and_operation() -> None:
    """The one of the contract aside."""
    for rule in RECORDED:
        if rule["record"] != "rag_faithfulness_score":
            assert re.fullmatch(r"[a-z]+:[a-z_]+:[a-z0-9]+", rule["record"])


def test_every_recorded_series_is_read_by_a_rule_or_a_board() -> None:
    boards = "".join(path.read_text() for path in (ROOT / "grafana").rglob("*.json"))
    expressions = "".join(str(rule["expr"]) for path in FILES for rule in rules(path))
    annotations = "".join(str(rule.get("annotations")) for _, rule in FORMS)
    for rule in RECORDED:
        assert rule["record"] in boards + expressions + annotations, rule["record"]


def test_every_test_file_is_of_a_rule_file_and_every_alert_of_one_file() -> None:
    assert {path.stem for path in TESTS} == {file for file, _ in FORMS}
    homes: Mapping[str, set[str]] = {name: set() for name in NAMES}
    for file, rule in FORMS:
        homes[rule["alert"]].add(file)
    assert all(len(files) == 1 for files in homes.values())
