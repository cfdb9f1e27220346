"""Which instrumentors load."""

from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pytest

from spansight.telemetry.instrumentors.loading import GROUP, Instrumentors, family


class Good:
    """What an instrumentor offers."""

    made: list["Good"] = []  # noqa: RUF012 - the record of this module
    is_instrumented_by_opentelemetry = False

    def __init__(self) -> None:
        self.done: list[str] = []
        Good.made.append(self)

    def instrument(self, **_: Any) -> None:  # noqa: ANN401 - whatever upstream passes
        self.done.append("instrument")

    def uninstrument(self) -> None:
        self.done.append("uninstrument")


class Broken(Good):
    def instrument(self, **_: Any) -> None:  # noqa: ANN401 - whatever upstream passes
        raise ZeroDivisionError("theirs")


def entry_point(name: str, cls: type[Good]) -> EntryPoint:
    return EntryPoint(name, f"{cls.__module__}:{cls.__name__}", GROUP)


def test_both_families_offer_openai_under_one_name() -> None:
    offered = {family(twin) for twin in entry_points(group=GROUP, name="openai")}
    assert offered == {"official", "openllmetry"}


def test_one_that_fails_is_a_line_and_the_next_loads(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Good, "made", [])
    instrumentors = Instrumentors()
    instrumentors.load(entry_point("broken", Broken), "official")
    instrumentors.load(entry_point("good", Good), "official")
    instrumentors.reload()
    instrumentors.unload()
    assert capsys.readouterr().err == (
        "spansight: broken could not be instrumented: ZeroDivisionError('theirs'); "
        "going on without\n"
    )
    assert Good.made[-1].done == ["instrument", "uninstrument", "instrument", "uninstrument"]
