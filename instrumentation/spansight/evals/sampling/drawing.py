"""Which calls are drawn: the same for the same seed, in whatever order they are read.  Pure."""

import hashlib
import random
from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeVar

K = TypeVar("K")

Reason = Literal["error", "low_rating", "expensive", "drawn"]
"""Why a case is in a sample."""

_HEXADECIMAL: Final = 16
_FEWEST_PREFIXES: Final = 4
"""Fewer would make the share a coarse one; more than sixteen times as many are never named."""


def allocation(available: Mapping[K, int], size: int) -> dict[K, int]:
    """Share a size out as evenly as there is something to take; what is left goes to the largest.

    Evenly, not by size: a feature that few use is judged as well as one that everybody does.
    """
    given: dict[K, int] = {}
    left = size
    # Who has little takes all of it; the order of equals must not hang on how they were read.
    for place, key in enumerate(sorted(available, key=lambda key: (available[key], str(key)))):
        given[key] = min(available[key], left // (len(available) - place))
        left -= given[key]
    return given


def rank(seed: int, identity: str) -> bytes:
    """Return a call's place in the draw of a seed: the lowest ones are drawn."""
    return hashlib.sha256(f"{seed}/{identity}".encode()).digest()


def lowest(seed: int, identities: Iterable[str], size: int) -> list[str]:
    """Draw so many, by their place."""
    return sorted(identities, key=lambda identity: rank(seed, identity))[:size]


def prefixes(seed: int, stratum: str, share: float) -> list[str]:
    """Return the first digits of the traces to read, about this share of all; none for all.

    A store can tell these from the others by itself, and reads no more than it has to.
    """
    if share > (_HEXADECIMAL - 1) / _HEXADECIMAL:
        return []
    digits = 1
    while (wanted := round(share * _HEXADECIMAL**digits)) < _FEWEST_PREFIXES:
        digits += 1
    numbers = random.Random(f"{seed}/{stratum}").sample(range(_HEXADECIMAL**digits), wanted)  # noqa: S311 - no secret
    return sorted(f"{number:0{digits}x}" for number in numbers)
