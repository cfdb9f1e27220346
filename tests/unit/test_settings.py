"""What the environment asks for."""

import os
from contextlib import suppress

import pytest

from spansight.conventions import environment
from spansight.settings import Settings, say


def test_without_variables_the_defaults_of_the_vocabulary_hold() -> None:
    settings = Settings.from_env({})
    assert settings == Settings()
    assert {
        environment.ENABLED.default: settings.enabled,
        environment.MASK.default: settings.masks,
    } == {"false": False, "true": True}
    assert settings.instrumentor == environment.INSTRUMENTOR.default


def test_values_are_compared_without_case_and_spaces() -> None:
    settings = Settings.from_env(
        {"SPANSIGHT_ENABLED": " True ", "SPANSIGHT_INSTRUMENTOR": "OpenLLMetry"}
    )
    assert settings.enabled
    assert settings.instrumentor == "openllmetry"


def test_names_are_taken_as_they_are() -> None:
    settings = Settings.from_env({"SPANSIGHT_TEAM": "검색", "SPANSIGHT_FEATURE": "Q&A"})
    assert (settings.team, settings.feature) == ("검색", "Q&A")


def test_a_wrong_value_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert Settings.from_env({"SPANSIGHT_MASK": "off-and-on"}).masks
    assert capsys.readouterr().err == (
        "spansight: SPANSIGHT_MASK='off-and-on': expected true or false; using true\n"
    )


@pytest.mark.parametrize("value", ["0", "-1", "1e3", "many", "9" * 5000])
def test_a_limit_that_is_no_number_is_the_default(
    value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.from_env({"SPANSIGHT_CONTENT_LIMIT": value})
    assert settings.content_limit == 65536
    assert capsys.readouterr().err == (
        f"spansight: SPANSIGHT_CONTENT_LIMIT={value!r}: "
        "expected a whole number above 0; using 65536\n"
    )


def test_a_process_without_stderr_stays_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", None)
    say("nobody hears this")


@pytest.mark.parametrize("end", ["closed", "not read"])
def test_a_line_that_cannot_be_written_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    stderr = os.fdopen(writing, "w", buffering=1)
    if end == "closed":
        stderr.close()
    monkeypatch.setattr("sys.stderr", stderr)
    say(f"what cannot be written: {end}")
    with suppress(BrokenPipeError):  # what was to be written is tried again
        stderr.close()
