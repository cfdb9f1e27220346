"""A limit that is changed changes what fires: the tests of the rules then break."""

import re
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from spansight.errors import ConfigError
from spansight.stack import binaries
from spansight_dashboards import alerts, recordings, rule_files
from spansight_dashboards.config import Config
from spansight_dashboards.rules import Group

ROOT: Final = Path(__file__).parents[2]
TESTS: Final = ROOT / "prometheus" / "rules" / "tests"

CHANGED: Final = {
    "cost": Config(daily_budget_usd=500, budget_days_a_month=200, team_daily_budget_usd=500),
    "errors": Config(error_ratio_limit=0.2),
    "latency": Config(latency_p95_limit_s=20, generation_speed_minimum=5),
    "pipeline": Config(queue_fill_limit=0.9, worker_job_hours=100),
    "prices": Config(cost_per_request_factor=10, price_table_days=100),
    "quality": Config(faithfulness_minimum=0.1, rating_minimum=1, toxicity_limit=0.9),
    "traffic": Config(traffic_factor=100),
}
"""Rule file → limits that nothing in its tests goes beyond."""


def groups(config: Config) -> list[Group]:
    return [*recordings.groups(config), *alerts.groups(config)]


def write(folder: Path, config: Config) -> None:
    for group in groups(config):
        (folder / f"{group.subject}.yaml").write_text(rule_files.text(group, config), "utf-8")


@pytest.mark.stack
@pytest.mark.parametrize(("file", "config"), CHANGED.items(), ids=CHANGED)
def test_a_changed_limit_breaks_the_tests(file: str, config: Config, tmp_path: Path) -> None:
    write(tmp_path, config)
    (tmp_path / "tests").mkdir()
    copy = tmp_path / "tests" / f"{file}.yaml"
    copy.write_text((TESTS / copy.name).read_text("utf-8"), "utf-8")
    command = [binaries.find("promtool"), "test", "rules", copy]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode != 0
    assert "FAILED" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("knobs", "complaint"),
    [
        ({"answer_objective": 0.9}, "answer_objective=0.9: expected more than 0.931, or its "),
        ({"availability_objective": 1.0}, "availability_objective=1: expected more than"),
        (
            {"team_budgets": "search=much"},
            "team_budgets='search=much': 'search=much' is no budget; expected NAME=DOLLARS",
        ),
        ({"feature_budgets": "a=-1"}, "feature_budgets='a=-1': 'a=-1' is no budget; "),
        ({"team_budgets": '"=1'}, "team_budgets='\"=1': '\"=1' is no budget; "),
    ],
)
def test_a_limit_that_could_never_fire_is_refused(knobs: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigError) as refused:
        groups(Config(**knobs))
    assert str(refused.value).startswith(complaint)


def test_a_team_has_its_own_budget_and_the_others_that_of_all() -> None:
    config = Config(team_budgets="search=80, office=20", team_daily_budget_usd=10)
    found = {str(rule.marked): rule.expression.inline for rule in recordings.budgets.teams(config)}
    assert found == {
        "{'team': 'search'}": "vector(80)",
        "{'team': 'office'}": "vector(20)",
        "{}": (
            '( team:llm_cost_usd:increase1h{team!~"unknown|other|search|office"} or '
            'max_over_time(team:llm_cost_usd:increase1h{team!~"unknown|other|search|office"}'
            "[30d:1h]) ) * 0 + 10"
        ),
    }


def test_a_label_of_another_name_leaves_recorded_series_theirs(tmp_path: Path) -> None:
    """`service:…` is a name that begins with a label's."""
    write(tmp_path, Config(service_label="svc", team_label="squad", feature_label="part"))
    text = "".join(path.read_text("utf-8") for path in sorted(tmp_path.glob("*.yaml")))
    known = set(re.findall(r"record: (\S+:\S+)", text))
    read = set(re.findall(r"\b[a-z]+:[a-z_]+:[a-z0-9]+\b", text))
    assert read == known
    assert "sum by (svc, environment, squad)" in text
    assert "by (service" not in text
