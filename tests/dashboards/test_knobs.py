"""A knob that no board or rule could work with is one line, before any file is written."""

import ast
from pathlib import Path

import pytest

from dashboards.committed import ROOT
from spansight_dashboards.__main__ import main
from spansight_dashboards.config import DEFAULT, Config


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        (
            "first_token_target_s=0.4",
            "first_token_target_s=0.4: expected a bound of llm_time_to_first_token_seconds: 0.05, ",
        ),
        (
            "generation_speed_minimum=15",
            "generation_speed_minimum=15: expected a bound of llm_output_tokens_per_second: 5, ",
        ),
        ("toxicity_limit=0.55", "toxicity_limit=0.55: expected a bound of llm_evaluation_score: "),
        ("error_ratio_limit=5", "error_ratio_limit=5: expected more than 0, and 1 at most"),
        ("rating_minimum=6", "rating_minimum=6: expected more than 0, and 5 at most"),
        ("faithfulness_minimum=nan", "faithfulness_minimum=nan: expected more than 0, and 1 at "),
        ("daily_budget_usd=0", "daily_budget_usd=0: expected a number above 0"),
        ("traffic_factor=inf", "traffic_factor=inf: expected a number above 0"),
        ("trace_limit=-1", "trace_limit=-1: expected a number above 0"),
        ("minimum_requests=-1", "minimum_requests=-1: expected 0 or more"),
        ("alert_window=soon", "alert_window='soon': expected a duration such as 30m"),
        ("faithfulness_window=0m", "faithfulness_window='0m': expected a duration such as 30m"),
        ("refresh=", "refresh='': expected a duration such as 30m"),
        ("time_range=1h", "time_range='1h': expected how far back from now, such as now-6h"),
        ("grafana_url=grafana:3000", "grafana_url='grafana:3000': expected an address that begins"),
        ("runbook_url=https://wiki/", "runbook_url='https://wiki/': expected an address that "),
        ("loki_source=", "loki_source='': expected a name, without quotes or backslashes"),
        ('excluded_service=a"b', "excluded_service='a\"b': expected a name, without quotes or "),
    ],
)
def test_a_wrong_value_is_refused_before_anything_is_written(
    setting: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", "--out", str(tmp_path / "new"), "--set", setting]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"spansight: {complaint}")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "setting",
    [
        "minimum_requests=0",
        "alert_window=90s",
        "time_range=now-7d",
        "grafana_url=https://grafana.example.org/observe",
        "prometheus_source=Mimir (EU)",
        "team_budgets=R/D 2=80, office=20.5",
        "faithfulness_minimum=1",
    ],
)
def test_what_somebody_could_want_is_taken(setting: str, tmp_path: Path) -> None:
    assert main(["build", "--out", str(tmp_path), "--set", setting]) == 0


def test_a_share_is_said_with_all_of_its_digits(tmp_path: Path) -> None:
    """0.5 % is neither 0 % nor 1 %, and 99.5 % is not everything."""
    knobs = ["--set=error_ratio_limit=0.005", "--set=answer_objective=0.995"]
    assert main(["build", "--out", str(tmp_path), *knobs]) == 0
    rules = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.yaml"))
    boards = "".join(path.read_text("utf-8") for path in tmp_path.rglob("*.json"))
    assert "LLM error rate > 0.5%" in rules
    assert "Fewer than 99.5% of the answers are complete" in rules
    assert "above 0.5% HighErrorRate fires" in boards
    assert "answer, goal 99.5%" in boards


def test_what_is_set_from_the_start_may_be_set() -> None:
    assert Config() == DEFAULT


def test_a_folder_that_cannot_be_written_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("mine", "utf-8")
    assert main(["build", "--out", str(tmp_path / "file")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"spansight: {tmp_path / 'file'}/")
    assert line.endswith("Not a directory; expected a folder to write to, name one with --out")
    assert (tmp_path / "file").read_text("utf-8") == "mine"


def test_a_rule_file_that_is_no_text_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "prometheus" / "rules" / "mine.yaml"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff\xfe")
    assert main(["build", "--out", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"spansight: {path}: not a file of rules (UnicodeDecodeError)")


def test_a_limit_of_a_board_is_a_knob_and_no_number_of_its_own() -> None:
    """A whole budget, and a budget that burns as fast as it lasts, are 1 wherever one is."""
    calls = [
        (path.name, call)
        for path in (ROOT / "dashboards_py/spansight_dashboards/dashboards").glob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if call.func.attr in {"above", "below", "mark"}
    ]
    assert len(calls) > 20
    for name, call in calls:
        (limit,) = call.args
        assert not isinstance(limit, ast.Constant) or limit.value == 1, (name, call.lineno)
