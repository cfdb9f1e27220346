"""Texts as sentences, in English and Korean."""

import re
from typing import Final

_END: Final = re.compile(
    r"""
    (?<=[.!?…])["')\]*_]*\s+                # a sign, whatever closes there, and a space
    | (?<=[\u3002\uff01\uff1f])             # the full-width signs need no space
    | (?<=[다요죠까]\.)(?=[가-힣])           # nor does Korean that is written in haste
    | \s*\n+\s*
    """,
    re.VERBOSE,
)
_NO_END: Final = re.compile(
    r"(?:^\d{1,2}|(?:^|[\s(])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Inc|Ltd|Co|St|vs|cf|e\.g|i\.e|approx|Fig))\.$"
)
"""After an initial, an abbreviation or the number of a list's item, the sentence goes on."""

_LONGEST_NO_END: Final = 12
"""Characters that are enough to see that."""

_RUN: Final = re.compile(r"\s{3,}")


def sentences(text: str) -> list[str]:
    """Return the sentences that say anything, without the space around them."""
    found: list[str] = []
    start = 0
    text = spaced(text)
    for end in _END.finditer(text):
        before = text[max(start, end.start() - _LONGEST_NO_END) : end.start()]
        if "\n" not in end.group() and _NO_END.search(before):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if re.search(r"\w", sentence)]


def spaced(text: str) -> str:
    """Return the text with no more space in a row than a paragraph needs.

    A model that has lost its way writes new lines without end; an expression that begins with any
    amount of space takes the square of their number, and lets no other thread run meanwhile.
    """
    return _RUN.sub(lambda run: "\n\n" if "\n" in run[0] else " ", text)
