"""Arguments that bound a command which asks models; what is left out has the usual limit."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from typing import Final

from spansight.cli.amounts import amount, count
from spansight.evals.limits import Limits

_USUAL: Final = Limits()

BOUNDS: Final[dict[str, tuple[Callable[[str], float], float | None, str]]] = {
    "concurrency": (count, _USUAL.concurrency, "cases at once (default: %(default)s)"),
    "timeout": (amount, _USUAL.timeout_s, "seconds for one attempt (default: %(default)s)"),
    "retries": (int, _USUAL.retries, "further attempts after an error (default: %(default)s)"),
    "per-second": (amount, None, "calls to models a second, at most"),
    "spend-usd": (amount, None, "stop asking when this many dollars are spent"),
}
"""Argument → how it is read, what it is by default, and what it says."""


def configure(parser: ArgumentParser, names: Iterable[str] = BOUNDS) -> None:
    """Declare those of the arguments that a command has."""
    for name in names:
        read, default, what = BOUNDS[name]
        parser.add_argument(f"--{name}", type=read, default=default, metavar="N", help=what)
