"""Which versions are instrumented beyond what an instrumentor declares."""

from importlib.metadata import Distribution, version
from pathlib import Path

import pytest

from spansight.telemetry.instrumentors import ranges

OPENAI = f"openai {version('openai')}"


def distribution(folder: Path, release: str, asks: str) -> Distribution:
    """Return an instrumentor that asks for some versions of OpenAI."""
    known = folder / f"theirs-{release}.dist-info"
    known.mkdir()
    (known / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: theirs\nVersion: {release}\nProvides-Extra: instruments\n"
        f'Requires-Dist: openai{asks}; extra == "instruments"\n'
    )
    return Distribution.at(known)


@pytest.mark.parametrize(
    ("release", "asks", "told"),
    [
        ("1.0", "<1", OPENAI),
        ("1.0", ">1", None),
        ("1.1", "<1", None),
    ],
    ids=["proven", "declared", "another release of the instrumentor"],
)
def test_only_a_proven_pair_is_loaded_beyond_what_is_declared(
    release: str, asks: str, told: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ranges.PROVEN, ("theirs", "1.0"), OPENAI)
    assert ranges.undeclared(distribution(tmp_path, release, asks)) == told


def test_another_version_of_the_library_stays_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ranges.PROVEN, ("theirs", "1.0"), "openai 0.")
    assert ranges.undeclared(distribution(tmp_path, "1.0", "<1")) is None
