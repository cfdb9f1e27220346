"""The parameters of a decorated function, asked once: asking costs as much as half a span."""

import inspect
from types import MethodType
from typing import Final

from spansight.telemetry.scopes.scope import Function


class Parameters:
    """What one function takes; as a method of an object it takes one less."""

    def __init__(self) -> None:
        """Know nothing before the first call."""
        self._known: Final[dict[bool, inspect.Signature]] = {}

    def of(self, function: Function) -> inspect.Signature:
        """Return the signature of the function, as it is called this time."""
        is_bound = isinstance(function, MethodType)
        if is_bound not in self._known:
            self._known[is_bound] = inspect.signature(function)
        return self._known[is_bound]
