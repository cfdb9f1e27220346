"""A retention that a store would not understand is said before anything is started."""

import pytest

from spansight import cli
from spansight.stack.retention import require_durations


@pytest.mark.parametrize("value", ["90d", "12w6d", "2160h", "1y", "1h30m", ""])
def test_what_prometheus_and_loki_understand_is_fine(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SPANSIGHT_METRICS_RETENTION", value)
    monkeypatch.setenv("SPANSIGHT_LOGS_RETENTION", value)
    require_durations()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SPANSIGHT_METRICS_RETENTION", "soon", "s, m, h, d, w, y, such as 90d"),
        ("SPANSIGHT_LOGS_RETENTION", "14 days", "s, m, h, d, w, y, such as 336h"),
        ("SPANSIGHT_TRACES_RETENTION", "14d", "s, m, h, such as 336h"),
        ("SPANSIGHT_TRACES_RETENTION", "336", "s, m, h, such as 336h"),
    ],
)
@pytest.mark.usefixtures("own_cache")
def test_up_says_which_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(name, value)
    assert cli.main(["up", "--native"]) == 2
    expected = f"spansight: {name}={value!r}: expected a number and one of {said}\n"
    assert capsys.readouterr().err == expected
