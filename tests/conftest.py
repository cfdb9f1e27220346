"""What all tests share: nothing of the machine's own settings leaks in."""

import os

import pytest

from spansight.conventions import environment

_OURS = {variable.name for variable in environment.INSTRUMENTATION}


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name in _OURS or name.startswith("OTEL_"):
            monkeypatch.delenv(name)
