"""What the doctor's findings mean to a script."""

import json
from pathlib import Path

import pytest

from spansight import cli
from spansight.cli.doctor import exit_code
from spansight.conventions.environment import CACHE
from spansight.live.findings import Finding, Outcome


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([], 0),
        (["ok"], 0),
        (["ok", "skipped"], 0),
        (["ok", "empty"], 1),
        (["ok", "failed", "skipped"], 1),
        (["ok", "unreachable"], 3),
        (["failed", "unreachable", "empty"], 3),
    ],
)
def test_the_worst_finding_is_the_exit_code(outcomes: list[Outcome], code: int) -> None:
    assert exit_code([Finding("hop", outcome, "") for outcome in outcomes]) == code


def test_without_a_stack_json_is_all_that_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(CACHE.name, str(tmp_path))
    state = tmp_path / "run" / "state.json"
    state.parent.mkdir()
    # Port 1 is reserved: nothing of this machine's own stack is asked.
    names = ("otlp_http", "collector_health", "prometheus", "tempo", "loki")
    endpoints = {**dict.fromkeys(names, "http://127.0.0.1:1"), "grafana": None}
    state.write_text(
        json.dumps({"mode": "native", "folder": "", "endpoints": endpoints, "pids": {}})
    )
    assert cli.main(["doctor", "--json"]) == 3
    said = capsys.readouterr()
    outcomes = {row["hop"]: row["outcome"] for row in json.loads(said.out)}
    assert outcomes["Collector"] == outcomes["panels"] == "unreachable"
    assert said.err == ""


@pytest.mark.parametrize("minutes", ["0", "-5", "nan", "10081", "1e300", "an hour"])
def test_a_time_that_no_store_would_look_through_is_a_usage_error(
    minutes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["doctor", "--minutes", minutes])
    assert f"--minutes: {minutes!r}: expected" in capsys.readouterr().err
