"""Real servers as processes, with a run folder that only the test at hand knows."""

from pathlib import Path

import pytest

from spansight.conventions.environment import BINARIES, CACHE
from spansight.stack import binaries
from spansight.stack.servers import SERVERS


@pytest.fixture
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give the test an empty cache of its own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(CACHE.name, str(folder))
    return folder


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name the programs of the shared cache, which an own cache would build again."""
    for name in SERVERS:
        try:
            monkeypatch.setenv(BINARIES[name].name, str(binaries.find(name)))
        except binaries.ProgramAbsent:
            continue
