# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
"""The client as it was, once OpenLLMetry is unloaded: it leaves its wrappers where they are.

Loaded again, for another provider, it would wrap them once more, and every call count twice.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import wrapt

from spansight.telemetry.instrumentors.repairs.patches import Patches

_RESOURCES: Final = "openai.resources."


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Remember every method that is wrapped by now, as the client wrote it."""
    for module, name, method in _wrapped():
        patches.restore(module, name, below(method))


def below(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method as it is below every wrapper of an instrumentor."""
    while isinstance(method, wrapt.FunctionWrapper):
        method = method.__wrapped__
    return method


def _wrapped() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for module, kind in _kinds():
        for name, method in list(vars(kind).items()):
            if isinstance(method, wrapt.FunctionWrapper):
                yield module, f"{kind.__qualname__}.{name}", method


def _kinds() -> Iterator[tuple[str, type]]:
    for module in [name for name in sys.modules if name.startswith(_RESOURCES)]:
        for kind in list(vars(sys.modules[module]).values()):
            if isinstance(kind, type) and kind.__module__ == module:
                yield module, kind
