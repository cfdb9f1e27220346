"""English as the packaged model should read it: a mention is no insult, a quotation no attack.

The model knows words and not what is done with them.  It was taught by comments in which `gay` and
`penis` mostly stood beside abuse, so that both count as some.
"""

import re
from typing import Final

_LATIN: Final = re.compile(r"[A-Za-z]")
_OTHER: Final = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f]")
_COMMON: Final = re.compile(
    r"\b(?:the|be|is|are|am|was|to|of|and|a|an|in|that|it|for|not|on|with|he|she|you|your|do|at|this"
    r"|but|his|her|by|from|they|we|or|i|my|me|will|if|so|what|get|go|can|no|how|who|us|up|out"
    r"|please|yes|hello|thanks?)\b",
    re.IGNORECASE,
)
_FEW: Final = 4
"""Words of which none need be a common one: a heading, a name, an exclamation."""

_PEOPLE: Final = """
    gay gays lesbian lesbians bisexual transgender trans queer homosexual homosexuals homosexuality
    muslim muslims islam jew jews jewish christian christians hindu hindus buddhist black blacks
    white whites african asian asians arab arabs mexican mexicans indian immigrant immigrants
    refugee refugees disabled blind deaf autistic women woman girls girl
"""
_BODIES: Final = """
    breast breasts penis vagina vaginal vulva anal anus rectal rectum testicle testicles testicular
    genital genitals sex sexual sexually sexuality intercourse erectile erection orgasm sperm semen
    nipple nipples prostate pubic menstrual virgin
"""
_NAMED: Final = re.compile(
    rf"(?<!you )(?<!you're )(?<!youre )(?<!you are )(?<!you're a )(?<!you are a )(?<!your )"
    rf"\b(?:{'|'.join((_PEOPLE + _BODIES).split())})\b",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(
    r"[\u201c\"][^\u201c\u201d\"\n]{2,300}[\u201d\"]"
    r"|\u2018[^\u2018\u2019\n]{2,300}\u2019"
    r"|(?<![\w'])'[^'\n]{2,300}'(?!\w)"
    r"|(?:^>[^\n]*(?:\n|$))+",
    re.MULTILINE,
)
_ENOUGH: Final = 3
"""Words outside of quotation marks that tell of what stands in them."""


def is_english(text: str) -> bool:
    """Whether most letters are Latin ones, and some words English: French has other small words."""
    latin = len(_LATIN.findall(text))
    if not latin or len(_OTHER.findall(text)) >= latin:
        return False
    words = re.findall(r"[A-Za-z']+", text)
    return len(words) < _FEW or _COMMON.search(text) is not None


def neutral(text: str) -> str:
    """Return the text without what is quoted and without words that only name people or bodies."""
    outside = _QUOTED.sub(" ", text)
    told = outside if len(re.findall(r"\w+", outside)) >= _ENOUGH else text
    return _NAMED.sub(" ", told)
