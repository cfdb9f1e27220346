# ruff: noqa: ANN401 - whatever the application asks
"""Messages and tools that can be read once only, kept for the client to read.

The client takes any iterable.  Instrumentors that gather content read a generator to its end, and
the request that is sent then asks nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from operator import is_
from typing import Any, Final, cast

from spansight.telemetry.instrumentors.repairs.patches import Patches
from spansight.telemetry.records import answers
from spansight.telemetry.standard import captures_content

_CHAT: Final = "openai.resources.chat.completions"
_READ: Final = ("messages", "tools", "functions")
_DEPTH: Final = 4
"""Levels that are looked through: messages, one of them, its parts, one of those."""


def apply(patches: Patches, _: Mapping[str, Any]) -> None:
    """Keep them, where content is gathered."""
    if not (captures_content() or answers.are_heard()):
        return
    for client in ("Completions", "AsyncCompletions"):
        for method in ("create", "parse"):
            patches.wrap(_CHAT, f"{client}.{method}", _call)


def lasting(value: Any, depth: int = _DEPTH) -> Any:
    """Return a value with lists in place of what can be read once; itself where there is none."""
    if isinstance(value, Iterator):
        return [lasting(item, depth - 1) for item in cast("Iterator[Any]", value)]
    if not depth:
        return value
    if isinstance(value, dict):
        parts = cast("dict[Any, Any]", value)
        told = {key: lasting(part, depth - 1) for key, part in parts.items()}
        return parts if all(map(is_, told.values(), parts.values())) else told
    if isinstance(value, list | tuple):
        items = cast("list[Any]", value)
        kept = [lasting(item, depth - 1) for item in items]
        return items if all(map(is_, kept, items)) else kept
    return value


def _call(
    wrapped: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> object:
    kept = {name: lasting(kwargs[name]) for name in _READ if name in kwargs}
    return wrapped(*args, **{**kwargs, **kept})
