"""What may leave of a text, of attributes and of content: valid, masked, without blobs, bounded."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, Self, TypeVar, cast

from spansight.conventions import attributes, environment
from spansight.errors import ConfigError
from spansight.privacy import custom, keys
from spansight.privacy.blobs import summary, type_beside, without_blobs
from spansight.privacy.mask import Masker, mask
from spansight.settings import Settings, say

V = TypeVar("V")
Change = Callable[[str], str]

WITHHELD: Final = "[WITHHELD]"
REMOVED: Final = "[REMOVED]"
DEFAULT_LIMIT: Final = int(environment.CONTENT_LIMIT.default)

_MEMORY: Final = 4096
_LONGEST_SECRET: Final = 1024
"""Characters: a cut may have halved what began so far in front, and no pattern knows a half."""
_MARK: Final = 32
"""Characters that the mark of a cut takes: a text is not cut to save less."""
_MOST_ITEMS: Final = 1000
_DEEPEST: Final = 32
_LARGEST_REQUEST: Final = 16 * 1024 * 1024
"""Bytes of text; a Collector takes 20 MiB."""

_is_sensitive: Final = lru_cache(_MEMORY)(re.compile(keys.SENSITIVE, re.ASCII).search)
_is_machine: Final = re.compile(keys.MACHINE, re.ASCII).search
_STATED: Final = frozenset(
    {
        attributes.OPERATION_NAME,
        attributes.PROVIDER_NAME,
        attributes.REQUEST_MODEL,
        attributes.RESPONSE_MODEL,
        attributes.RESPONSE_FINISH_REASONS,
        attributes.ERROR_TYPE,
        attributes.EVENT_NAME,
    }
)
"""What metrics cannot do without, and leaves even where everything else is withheld."""


class Policy:
    """The rules of one process."""

    def __init__(self, change: Change | None = mask, *, limit: int = DEFAULT_LIMIT) -> None:
        """Take what masks a text, or None to mask nothing, and an event's most characters."""
        self._change: Final = change
        self._limit: Final = limit

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the rules that the settings ask for; without readable patterns, no text leaves."""
        limit = settings.content_limit
        if not settings.masks:
            return cls(None, limit=limit)
        try:
            patterns = custom.load(settings.mask_patterns)
        except ConfigError as error:
            say(f"{environment.MASK_PATTERNS.name}: {error}; no text leaves this process")
            return cls(_withheld, limit=limit)
        return cls(Masker(patterns).text if settings.mask_patterns else mask, limit=limit)

    @property
    def events_a_request(self) -> int:
        """How many of the largest events a Collector takes at once."""
        return max(1, min(512, _LARGEST_REQUEST // (4 * self._limit)))

    def text(self, text: str) -> str:
        """Return a text as it may leave."""
        right = valid(text)
        return self._change(right) if self._change else right

    def attributes(self, values: Mapping[str, V]) -> dict[str, V]:
        """Return attributes as they may leave; what their name forbids is not among them."""
        return {
            valid(key): cast("V", value if self._is_exempt(key, value) else self._value(value))
            for key, value in values.items()
            if not (self._change and _is_sensitive(key))
        }

    def content(self, values: Mapping[str, V]) -> dict[str, V]:
        """Return an event's attributes as they may leave: its texts together within the limit."""
        told = {
            key: cast("V", _without_blobs(value)) if key in attributes.CONTENT else value
            for key, value in values.items()
        }
        said = {key: value for key, value in told.items() if key in attributes.CONTENT}
        room = fitting_length(
            [len(text) for value in said.values() for text in _texts(value)], self._limit
        )
        rest = self.attributes({key: value for key, value in told.items() if key not in said})
        return rest | {key: cast("V", self._value(value, room)) for key, value in said.items()}

    def body(self, body: V) -> V:
        """Return a record's body as it may leave."""
        told = _without_blobs(body)
        return cast("V", self._value(told, fitting_length([*map(len, _texts(told))], self._limit)))

    def _is_exempt(self, key: str, value: object) -> bool:
        if key in _STATED:
            return self._change is _withheld
        return (
            key in keys.ADDRESSES_OF_MACHINES
            and isinstance(value, str)
            and _is_machine(value) is not None
        )

    def _value(self, value: object, room: int | None = None) -> object:
        if isinstance(value, str):
            return (
                self.text(value)
                if room is None or len(value) <= room + _MARK
                else self._cut(value, room)
            )
        if isinstance(value, bytes):
            return summary(value, None)
        if isinstance(value, Mapping):
            items = cast("Mapping[object, object]", value).items()
            return {
                self.text(str(key)): REMOVED
                if self._change and isinstance(item, str) and _is_sensitive(str(key))
                else self._value(item, room)
                for key, item in items
            }
        if isinstance(value, Sequence):
            parts = (self._value(item, room) for item in cast("Sequence[object]", value))
            return tuple(parts) if isinstance(value, tuple) else list(parts)
        return value

    def _cut(self, text: str, room: int) -> str:
        """Return the start of a text, and how long it was.

        What may be the half of a secret goes too, unless the text was masked as a whole.
        """
        start = self.text(text[: room + _LONGEST_SECRET])
        if len(text) > room + _LONGEST_SECRET:
            start = start[: max(0, len(start) - _LONGEST_SECRET)]
        return f"{start[:room]}… [cut from {len(text)} characters]"


def valid(text: str) -> str:
    """Return the text without halves of characters; two that belong together are joined."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _withheld(text: str) -> str:
    return WITHHELD if text else text


def _without_blobs(value: object, kind: str | None = None, depth: int = 0) -> object:
    """Return a value without blobs, and without what is nested too deep or listed too long."""
    if isinstance(value, str):
        return without_blobs(value, kind)
    if isinstance(value, bytes):
        return summary(value, kind)
    if depth == _DEEPEST:
        return "[nested too deep]"
    if isinstance(value, Mapping):
        part = cast("Mapping[object, object]", value)
        kind = type_beside(part)
        return {key: _without_blobs(item, kind, depth + 1) for key, item in part.items()}
    if isinstance(value, Sequence):
        items = [
            _without_blobs(item, kind, depth + 1)
            for item in _shortened(cast("Sequence[object]", value))
        ]
        return tuple(items) if isinstance(value, tuple) else items
    return value


def _shortened(items: Sequence[object]) -> Sequence[object]:
    if len(items) <= _MOST_ITEMS:
        return items
    half = _MOST_ITEMS // 2
    return [*items[:half], f"[{len(items) - _MOST_ITEMS} left out]", *items[-half:]]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in cast("Mapping[object, object]", value).values():
            yield from _texts(item)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for item in cast("Sequence[object]", value):
            yield from _texts(item)


def fitting_length(lengths: Sequence[int], limit: int) -> int | None:
    """Return the length to which the longest texts are cut for all to fit; None where they do."""
    if sum(lengths) <= limit:
        return None
    left = limit
    for shorter, length in enumerate(sorted(lengths)):
        share = left // (len(lengths) - shorter)
        if length > share:
            return share
        left -= length
    return None
