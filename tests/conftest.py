"""What all tests share: nothing of the machine's own settings leaks in."""

import os
import signal

import pytest

from spansight.conventions import environment

_OURS = {variable.name for variable in environment.INSTRUMENTATION}


def pytest_configure() -> None:
    # A shell lets what it starts in the background ignore Ctrl-C, and so would the tests' programs.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name in _OURS or name.startswith("OTEL_"):
            monkeypatch.delenv(name)
