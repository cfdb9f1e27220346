"""What is committed is what would be generated, and `check` says so in words."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards.committed import ROOT
from spansight.cli import main
from spansight_dashboards import emit
from spansight_dashboards.__main__ import main as as_module
from spansight_dashboards.board import Board, Row, dashboard
from spansight_dashboards.config import DEFAULT, Config

BOARD = Path("grafana/dashboards/Spansight/overview.json")
RULES = Path("prometheus/rules")
SUBJECTS = (
    "agents",
    "conversations",
    "cost",
    "experiments",
    "latency",
    "overview",
    "pipeline",
    "quality",
    "rag",
)

OTHER: dict[str, Any] = {
    "availability_objective": 0.995,
    "first_token_objective": 0.99,
    "answer_objective": 0.99,
    "retrieval_objective": 0.99,
    "first_token_target_s": 1,
    "answer_target_s": 5,
    "retrieval_target_s": 1,
    "generation_speed_minimum": 40,
    "toxicity_limit": 0.7,
    "team_budgets": "search=80",
    "feature_budgets": "answers=20",
    "error_ratio_limit": 0.1,
    "toxic_ratio_limit": 0.02,
    "empty_search_limit": 0.1,
    "recall_minimum": 0.6,
    "faithfulness_minimum": 0.7,
    "relevance_minimum": 0.4,
    "rating_minimum": 4,
    "token_limit_warning": 0.9,
    "queue_fill_limit": 0.7,
    "refresh": "1m",
    "time_range": "now-6h",
}
"""Another value of a knob that not every number or text is one of."""


def test_what_is_committed_is_what_is_generated(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dashboards", "check", "--output", str(ROOT)]) == 0
    assert re.search(r"^\d+ files are as generated$", capsys.readouterr().out, re.MULTILINE)


def test_every_generated_file_is_found_again(tmp_path: Path) -> None:
    assert main(["dashboards", "build", "--output", str(tmp_path)]) == 0
    written = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")}
    assert written == {
        *(BOARD.with_name(f"{subject}.json") for subject in SUBJECTS),
        *(RULES / path.name for path in (ROOT / RULES).glob("*.yaml")),
    }
    assert as_module(["check", "--output", str(tmp_path)]) == 0


def test_building_twice_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert as_module(["build", "--output", str(tmp_path)]) == 0
    assert as_module(["build", "--output", str(tmp_path)]) == 0
    assert re.search(r" files, 0 changed\n$", capsys.readouterr().out)


def test_the_text_does_not_depend_on_the_process() -> None:
    """Hash seeds differ between processes; the files may not."""
    script = (
        "from spansight_dashboards import emit, config;"
        "print(*emit.artefacts(config.DEFAULT).values(), sep='', end='')"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_check_shows_an_edit_by_hand_and_the_fix(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    as_module(["build", "--output", str(tmp_path)])
    rules = tmp_path / RULES / "latency.yaml"
    rules.write_text(rules.read_text().replace("> 5\n", "> 50\n"))
    capsys.readouterr()
    assert as_module(["check", "--output", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "--- prometheus/rules/latency.yaml" in said
    assert "-          ) > 50" in said
    assert "+          ) > 5" in said
    assert said.endswith("edit dashboards_py, then `spansight dashboards build`\n")


def test_check_names_a_missing_file_and_one_too_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    as_module(["build", "--output", str(tmp_path)])
    (tmp_path / BOARD).rename(tmp_path / BOARD.parent / "renamed.json")
    capsys.readouterr()
    assert as_module(["check", "--output", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "grafana/dashboards/Spansight/overview.json: missing" in said
    assert "grafana/dashboards/Spansight/renamed.json: no board makes it any more" in said


def test_a_knob_reaches_the_panel_the_alert_and_their_words(tmp_path: Path) -> None:
    assert as_module(["build", "--output", str(tmp_path), "--set", "daily_budget_usd=250"]) == 0
    rules = yaml.safe_load((tmp_path / RULES / "cost.yaml").read_text())
    alert = next(r for r in rules["groups"][0]["rules"] if r.get("alert") == "CostBudgetExceeded")
    assert alert["expr"].endswith("> 250\n")
    assert alert["annotations"]["summary"] == "Daily LLM cost exceeded $250"
    board = json.loads((tmp_path / BOARD).read_text())
    (panel,) = (p for p in board["panels"] if p["title"] == "Cost, last 24h")
    assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"][-1]["value"] == 250


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("daily_budget=250", "'daily_budget': expected one of excluded_service, "),
        ("daily_budget_usd=much", "daily_budget_usd='much': expected a number"),
        ("minimum_requests=2.5", "minimum_requests='2.5': expected a whole number"),
    ],
)
def test_a_wrong_knob_is_one_clear_line(
    setting: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        as_module(["check", "--set", setting])
    assert stopped.value.code == 2
    assert complaint in capsys.readouterr().err.splitlines()[-1]


def test_without_the_extra_one_line_says_how_to_get_it() -> None:
    script = (
        "import sys; sys.modules['grafana_foundation_sdk.builders'] = None;"
        "from spansight.cli import main; sys.exit(main(['dashboards', 'check']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.endswith("; pip install 'spansight[dashboards]'\n")
    assert len(done.stderr.splitlines()) == 1


def test_a_warning_of_the_sdk_reaches_nobody() -> None:
    command = [sys.executable, "-W", "error", "-m", "spansight_dashboards", "check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_rule_files_say_where_they_come_from() -> None:
    for path in (ROOT / RULES).glob("*.yaml"):
        first = path.read_text().splitlines()[0]
        assert first.startswith("# generated by `spansight dashboards build` from ")
        source = first.removesuffix("; edit that").rsplit(" ", 1)[1]
        assert (ROOT / source).is_file(), source


def test_a_row_wider_than_the_grid_is_refused() -> None:
    row = Row(8, ((16, {"title": "A"}), (16, {"title": "B"})))
    board = Board(subject="wide", title="", description="", rows=(row,), links=(), alerts=("A",))
    with pytest.raises(ValueError, match="32 columns wide"):
        dashboard(board, DEFAULT)


def test_every_knob_changes_something() -> None:
    """A knob that nothing reads would be a promise that nobody keeps."""
    generated = emit.artefacts(DEFAULT)
    for name in Config.__slots__:
        value = getattr(DEFAULT, name)
        other = f"{value}x" if isinstance(value, str) else value + 1
        knob: dict[str, Any] = {name: OTHER.get(name, "7h" if name.endswith("window") else other)}
        assert emit.artefacts(Config(**knob)) != generated, name
