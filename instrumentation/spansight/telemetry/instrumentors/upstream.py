"""What OpenTelemetry's own code must be for ours to stand in for parts of it."""

import functools
import hashlib
import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from operator import attrgetter
from typing import Final

import wrapt

from spansight.telemetry.guard import Guard

_logger: Final = logging.getLogger("spansight.telemetry")


@dataclass(frozen=True, slots=True)
class Code:
    """Functions of upstream, and the digest of their source that ours was written against."""

    functions: Mapping[str, Sequence[str]]
    """Module → those that are replaced, or whose results are brought about in another way."""
    known: str

    def digest(self) -> str:
        """Return the digest of what is installed."""
        sources = (
            inspect.getsource(attrgetter(name)(import_module(module)))
            for module, names in self.functions.items()
            for name in names
        )
        return hashlib.sha256("".join(sources).encode()).hexdigest()[:16]


def stand_in(what: str, code: Code, put: Callable[[], None]) -> None:
    """Put ours in place, if what is there is what is known."""
    with Guard(what):
        if (found := code.digest()) == code.known:
            put()
        else:
            _logger.debug("%s: unknown code (%s), left as it is", what, found)


@functools.cache
def once_imported(module: str, act: Callable[[], None]) -> None:
    """Act as soon as a module is imported; to ask again changes nothing."""
    wrapt.register_post_import_hook(lambda _: act(), module)
