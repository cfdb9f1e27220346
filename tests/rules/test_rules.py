"""Each rule file is valid, each alert tested in every state, and each leads to a runbook."""

import subprocess
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from spansight.stack import binaries

ROOT = Path(__file__).parents[2]
RULES = ROOT / "prometheus" / "rules"
HEADINGS = ["What it means", "Why you care", "First three checks", "How to silence"]

Json = dict[str, Any]


def load(path: Path) -> Json:
    return cast("Json", yaml.safe_load(path.read_text()))


FILES = sorted(RULES.glob("*.yaml"))
ALERTS: dict[str, tuple[str, Json]] = {
    rule["alert"]: (path.name, rule)
    for path in FILES
    for group in load(path)["groups"]
    for rule in group["rules"]
    if "alert" in rule
}

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
every_alert = pytest.mark.parametrize("name", ALERTS)


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [binaries.find("promtool"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.stack
@every_file
def test_prometheus_accepts_the_file(path: Path) -> None:
    done = promtool("check", "rules", "--lint=all", "--lint-fatal", path)
    assert done.returncode == 0, done.stderr


@pytest.mark.stack
@every_file
def test_rules_do_what_their_tests_say(path: Path) -> None:
    done = promtool("test", "rules", RULES / "tests" / path.name)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_alerts_keep_their_names_durations_and_severities() -> None:
    assert {
        name: (rule["for"], rule["labels"]["severity"]) for name, (_, rule) in ALERTS.items()
    } == {
        "HighCardinality": ("1m", "warning"),
        "HighLatency": ("5m", "warning"),
        "HighErrorRate": ("3m", "critical"),
        "CostBudgetExceeded": ("0m", "warning"),
        "QualityDegradation": ("15m", "warning"),
    }


@every_alert
def test_an_alert_is_tested_quiet_pending_firing_and_resolved(name: str) -> None:
    file, rule = ALERTS[name]
    cases = load(RULES / "tests" / file)["tests"]
    alerts = [case for test in cases for case in test.get("alert_rule_test", ())]
    expected = [case["exp_alerts"] for case in alerts if case["alertname"] == name]
    assert [] in expected, "resolved"
    fired = [alert for found in expected for alert in found]
    assert fired, "firing"
    assert all(set(alert["exp_annotations"]) == set(rule["annotations"]) for alert in fired)
    samples = [
        sample["exp_samples"]
        for test in cases
        for sample in test.get("promql_expr_test", ())
        if "ALERTS" in sample["expr"]
    ]
    assert [] in samples, "quiet"
    if rule["for"] != "0m":
        assert "pending" in str(samples)


@every_alert
def test_an_alert_says_what_how_much_and_where_to_read_on(name: str) -> None:
    _, rule = ALERTS[name]
    said = rule["annotations"]
    assert set(said) == {"summary", "description", "dashboard_url", "runbook_url"}
    assert "$value" in said["description"]
    assert "ervice" in said["description"]
    assert said["dashboard_url"].startswith("http://localhost:3000/d/spansight-overview")
    assert said["runbook_url"].endswith(f"/blob/main/docs/runbooks/{name}.md")


@every_alert
def test_an_alert_has_a_runbook(name: str) -> None:
    lines = (ROOT / "docs" / "runbooks" / f"{name}.md").read_text().splitlines()
    assert lines[0] == f"# {name}"
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == HEADINGS
    assert f"      alertname={name}" in "\n".join(lines)


def test_no_runbook_is_about_an_alert_that_is_gone() -> None:
    assert {path.stem for path in (ROOT / "docs" / "runbooks").glob("*.md")} == set(ALERTS)
