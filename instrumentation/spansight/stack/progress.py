"""Say what a long step is doing: one live line on a terminal, a line now and then elsewhere."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from rich.console import Console

Report = Callable[[str], None]

_QUIET_FOR_S: Final = 15.0


@contextmanager
def progress(title: str) -> Generator[Report]:
    """Yield a function that replaces the live line; the elapsed time is added to what it says."""
    console = Console(stderr=True, highlight=False)
    started = time.monotonic()

    def line(text: str) -> str:
        return f"{title}: {text} ({time.monotonic() - started:.0f} s)"

    if console.is_terminal:
        with console.status(title) as status:
            yield lambda text: status.update(line(text))
    else:
        yield _every_now_and_then(lambda text: console.print(line(text), soft_wrap=True))


def _every_now_and_then(show: Report) -> Report:
    last = -_QUIET_FOR_S

    def report(text: str) -> None:
        nonlocal last
        if time.monotonic() - last >= _QUIET_FOR_S:
            last = time.monotonic()
            show(text)

    return report
