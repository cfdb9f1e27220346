"""How much text waits in long events, while a Collector does not answer.

A queue is bounded by the number of its records; what people ask models has no such bound.
"""

import weakref
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from opentelemetry.sdk._logs import ReadableLogRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONG: Final = 16 * 1024
"""Characters of an event that is worth counting."""
_MOST: Final = 32 * 1024 * 1024
"""Characters that wait in long events: as many as a full queue of 2048 short ones."""
_DEEPEST: Final = 16


class Backlog:
    """The long events that are still held, by the queue or by an exporter that sends them."""

    def __init__(self, most: int = _MOST) -> None:
        """Hold none, and at most so many characters."""
        self._most: Final = most
        self._held: Final[dict[int, tuple[weakref.ref[ReadableLogRecord], int]]] = {}

    def admits(self, record: ReadableLogRecord) -> bool:
        """Whether there is room for an event; it is held until nobody refers to it."""
        log = record.log_record
        length = characters(dict(log.attributes or {})) + characters(log.body)
        if length < _LONG:
            return True
        if length + sum([held for _, held in tuple(self._held.values())]) > self._most:
            return False
        key = id(record)
        self._held[key] = (weakref.ref(record, partial(self._release, key)), length)
        return True

    def _release(self, key: int, _: object) -> None:
        self._held.pop(key, None)


def characters(value: object, depth: int = _DEEPEST) -> int:
    """Return how many characters, or bytes, are in a value."""
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, dict):
        parts: Iterable[object] = cast("dict[str, object]", value).values()
    elif isinstance(value, list | tuple):
        parts = cast("list[object]", value)
    else:
        return 0
    return sum([characters(part, depth - 1) for part in parts]) if depth else 0
