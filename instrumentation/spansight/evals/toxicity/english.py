"""English as the packaged model should read it: a mention is no insult, a quotation no attack.

The model knows words and not what is done with them.  It was taught by comments in which `gay` and
`penis` mostly stood beside abuse, so that both count as some.
"""

import re
from typing import Final

from spansight.evals.toxicity.people import KINDS, PEOPLE
from spansight.evals.toxicity.quotation import outside

_BODIES: Final = """
    breast breasts penis vagina vaginal vulva anal anus rectal rectum testicle testicles testicular
    genital genitals sex sexual sexually sexuality intercourse erectile erection orgasm sperm semen
    nipple nipples prostate pubic menstrual virgin
"""
_NAMES: Final = frozenset((PEOPLE + KINDS + _BODIES).split())
_NAMED: Final = re.compile(
    rf"(?<!you )(?<!you're )(?<!youre )(?<!you are )(?<!you're a )(?<!you are a )(?<!your )"
    rf"\b(?:{'|'.join(sorted(_NAMES))})\b",
    re.IGNORECASE,
)


_LETTERS: Final = re.compile("[a-z]+")


def neutral(text: str) -> str:
    """Return the text without what is quoted and without words that only name people or bodies."""
    left = outside(text)
    return _NAMED.sub(" ", left) if mentions(left, _NAMES) else left


def mentions(text: str, words: frozenset[str]) -> bool:
    """Whether any of these words is there, in a tenth of the time that it takes to say where."""
    return not words.isdisjoint(_LETTERS.findall(text.lower()))
