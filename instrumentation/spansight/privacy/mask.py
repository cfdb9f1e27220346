"""Mask text and nested values.  Pure."""

import re
from collections.abc import Mapping
from typing import Final, TypeVar, cast

from spansight.privacy.patterns import PATTERNS

T = TypeVar("T")

_COMPILED: Final = tuple(
    (
        re.compile(pattern.guard, re.ASCII).search,
        re.compile(pattern.regex, re.ASCII).sub,
        rf"\g<1>{pattern.replacement}",
    )
    for pattern in PATTERNS
)


def mask(text: str) -> str:
    """Return the text with every secret replaced by its kind, such as ``[EMAIL]``."""
    for guard, substitute, replacement in _COMPILED:
        if guard(text):
            text = substitute(replacement, text)
    return text


def mask_value(value: T) -> T:
    """Return the value with every text in it masked, at any depth; numbers stay as they are."""
    return cast("T", _masked(value))


def _masked(value: object) -> object:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {key: _masked(item) for key, item in items}
    if isinstance(value, tuple):
        return tuple(_masked(item) for item in cast("tuple[object, ...]", value))
    if isinstance(value, list):
        return [_masked(item) for item in cast("list[object]", value)]
    return value
