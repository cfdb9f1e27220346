"""A variable that a server would not understand is said before anything is started."""

import subprocess
from pathlib import Path

import pytest

from spansight import cli
from spansight.conventions.environment import COLLECTOR, RETENTION
from spansight.stack import binaries
from spansight.stack.variables import require_known

PATTERN = (
    "a regular expression such as gpt-4o.*|claude-.*, without backslashes, quotes and looking "
    "around"
)
SIZE = "a whole number of bytes above 0"
WRONG_PATTERNS = ("[", "*", "((", "a(?!b)", r"gpt\d", 'a"b')
RIGHT_PATTERNS = (
    "gpt-4o.*|claude-.*",
    "(?i)GPT.*",
    "a|(?i)b",
    "[[:alpha:]]+",
    "(?s:.*)",
    "x{2,3}",
    "gpt-4o$",
)


@pytest.mark.parametrize("value", ["90d", "12w6d", "2160h", "1y", "1h30m", ""])
def test_what_prometheus_and_loki_understand_is_fine(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SPANSIGHT_METRICS_RETENTION", value)
    monkeypatch.setenv("SPANSIGHT_LOGS_RETENTION", value)
    require_known()


@pytest.mark.parametrize("value", RIGHT_PATTERNS)
def test_what_the_collector_understands_is_fine(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SPANSIGHT_MODELS", value)
    require_known()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        (
            "SPANSIGHT_METRICS_RETENTION",
            "soon",
            "a number and one of s, m, h, d, w, y, such as 90d",
        ),
        (
            "SPANSIGHT_LOGS_RETENTION",
            "14 days",
            "a number and one of s, m, h, d, w, y, such as 336h",
        ),
        ("SPANSIGHT_TRACES_RETENTION", "14d", "a number and one of s, m, h, such as 336h"),
        ("SPANSIGHT_TRACES_RETENTION", "336", "a number and one of s, m, h, such as 336h"),
        *(("SPANSIGHT_MODELS", value, PATTERN) for value in WRONG_PATTERNS),
        ("SPANSIGHT_FEATURES", "[", PATTERN),
        ("SPANSIGHT_TEAMS", "[", PATTERN),
        ("SPANSIGHT_METRICS", "[", PATTERN),
        ("SPANSIGHT_QUEUE_BYTES", "1GiB", SIZE),
        ("SPANSIGHT_QUEUE_BYTES", "0", SIZE),
        ("SPANSIGHT_QUEUE_BYTES", "-1", SIZE),
        ("SPANSIGHT_QUEUE_BYTES", "9" * 19, SIZE),
        ("SPANSIGHT_QUEUE_BYTES", "9" * 5000, SIZE),
    ],
)
@pytest.mark.usefixtures("own_cache")
def test_up_says_which_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    expected: str,
) -> None:
    monkeypatch.setenv(name, value)
    assert cli.main(["up", "--native"]) == 2
    assert capsys.readouterr().err == f"spansight: {name}={value!r}: expected {expected}\n"


def test_every_variable_of_a_server_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (*COLLECTOR, *RETENTION.values()):
        monkeypatch.setenv(variable.name, "[")
        with pytest.raises(Exception, match=variable.name):
            require_known()
        monkeypatch.delenv(variable.name)


@pytest.mark.stack
@pytest.mark.parametrize("value", [*RIGHT_PATTERNS, *WRONG_PATTERNS])
def test_the_collector_is_of_the_same_opinion(tmp_path: Path, value: str) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        "receivers: {otlp: {protocols: {http: {endpoint: '127.0.0.1:0'}}}}\n"
        "exporters: {debug: {}}\n"
        "processors:\n"
        "  filter:\n"
        "    metric_conditions: ['IsMatch(metric.name, \"^(?:x|${env:PATTERN})$$\")']\n"
        "service: {pipelines: {metrics: {receivers: [otlp], processors: [filter], "
        "exporters: [debug]}}}\n"
    )
    done = subprocess.run(
        [binaries.find("collector"), "validate", f"--config={config}"],
        env={"PATTERN": value},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode == 0) == (value in RIGHT_PATTERNS), done.stderr
