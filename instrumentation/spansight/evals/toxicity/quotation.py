"""What a text says itself, without what it quotes: `The word "…" is censored` is no abuse."""

import re
from typing import Final

_QUOTED: Final = re.compile(
    r"[\u201c\"][^\u201c\u201d\"\n]{2,300}[\u201d\"]"
    r"|\u2018[^\u2018\u2019\n]{2,300}\u2019"
    r"|(?<![\w'])'[^'\n]{2,300}'(?![A-Za-z])"
    r"|[\u300c\u300e][^\u300d\u300f\n]{1,300}[\u300d\u300f]"
    r"|(?:^>[^\n]*(?:\n|$))+",
    re.MULTILINE,
)
_WORD: Final = re.compile(r"\w+")
_ENOUGH: Final = 3
"""Words outside of quotation marks that tell of what stands in them; Korean needs fewer."""


def outside(text: str) -> str:
    """Return what stands outside of quotation marks, or all where next to nothing does."""
    left = _QUOTED.sub(" ", text)
    return left if len(_WORD.findall(left)) >= _ENOUGH else text
