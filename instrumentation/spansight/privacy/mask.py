"""Mask text and nested values.  Pure."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeVar, cast

from spansight.privacy.patterns import APART, DECIMALS, JOINED, PATTERNS, SHIELDS, Pattern, Shield

T = TypeVar("T")


def _replacing(shield: Shield) -> Callable[[str], str]:
    replacement = re.sub(r"\$([0-9])", r"\\g<\1>", shield.replacement)
    return partial(re.compile(shield.regex, re.ASCII).sub, replacement)


_SHIELDS: Final = tuple(map(_replacing, SHIELDS))
_SHIELD_DECIMALS: Final = _replacing(DECIMALS)


_SHORT: Final = 64
"""Characters of a text that is worth remembering: names of models, teams and operations."""

_MANY: Final = 1024


class Masker:
    """Masks by a table of patterns, each where its guard holds."""

    def __init__(self, patterns: tuple[Pattern, ...] = PATTERNS) -> None:
        """Compile the patterns."""
        self._steps: Final = tuple(map(_Step, patterns))
        self._harmless: Final[set[str]] = set()

    def text(self, text: str) -> str:
        """Return the text with every secret replaced by its kind, such as ``[EMAIL]``.

        Most of what a span says was on the last one too: short texts without a secret are known
        again, which is two thirds of the cost of an export.  A secret is never remembered.
        """
        if len(text) > _SHORT:
            return self._masked(text)
        if text in self._harmless:
            return text
        masked = self._masked(text)
        if masked == text:
            if len(self._harmless) >= _MANY:
                self._harmless.clear()
            self._harmless.add(text)
        return masked

    def _masked(self, text: str) -> str:
        shielded = text
        for shield in _SHIELDS:
            shielded = shield(shielded)
        lower = shielded.lower()
        found: dict[str, bool] = {}
        steps = [step for step in self._steps if step.may_apply(shielded, lower, found)]
        if not steps:
            return text
        shielded = _SHIELD_DECIMALS(shielded)
        masked = shielded
        for step in steps:
            masked = step.substitute(step.replacement, masked)
        if masked == shielded:
            return text
        return masked.replace(APART, "").replace(JOINED, "")

    def value(self, value: T) -> T:
        """Return the value with every text in it masked, at any depth."""
        return cast("T", self._value(value))

    def _value(self, value: object) -> object:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            items = cast("Mapping[object, object]", value).items()
            return {key: self._value(item) for key, item in items}
        if isinstance(value, tuple):
            return tuple(self._value(item) for item in cast("tuple[object, ...]", value))
        if isinstance(value, list):
            return [self._value(item) for item in cast("list[object]", value)]
        return value


class _Step:
    __slots__ = ("_followed", "_pattern", "_shape", "replacement", "substitute")

    def __init__(self, pattern: Pattern) -> None:
        compiled = re.compile(pattern.regex, re.ASCII)
        self._pattern: Final = pattern
        self._shape: Final = re.compile(pattern.shape, re.ASCII).search
        self._followed: Final = re.compile("|".join(pattern.guards), re.ASCII).search
        self.substitute: Final[Callable[[str, str], str]] = compiled.sub
        self.replacement: Final = (
            rf"\g<1>{pattern.replacement}" if pattern.keeps else pattern.replacement
        )

    def may_apply(self, text: str, lower: str, found: dict[str, bool]) -> bool:
        if self._pattern.literals:
            return any(literal in lower for literal in self._pattern.literals) and (
                not self._pattern.followed or self._followed(lower) is not None
            )
        shape = self._pattern.shape
        if shape not in found:
            found[shape] = self._shape(text) is not None
        return found[shape]


_OURS: Final = Masker()
mask: Final = _OURS.text
mask_value: Final = _OURS.value
