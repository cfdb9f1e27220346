"""Where a command's words go: to a terminal, a pipe, a full disk, or to nobody."""

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO


def prepare() -> None:
    """Let nothing that is written be an error of its own.

    A stream that the caller has closed is None, and one that knows few letters refuses the others.
    """
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison] - `>&-` leaves none
        sys.stdout = _nobody()
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison] - `2>&-` likewise
        sys.stderr = _nobody()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def give_up() -> None:
    """Forget what cannot be written; Python would complain of it once more on its way out."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _nobody() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")
