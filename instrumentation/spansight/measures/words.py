"""What a text is about: its terms, numbers, subjects and negations, in English and Korean.

Light stemming by suffix, no dictionary: it knows that `rides` is `ride` and 요금은 is 요금, and not
that a car is a vehicle.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import islice
from typing import Final

_WORD: Final = re.compile(
    r"\d+(?:[.,]\d+)*|[A-Za-z]+(?:['\u2019][a-z]+)?(?:-?\d+)*|[가-힣]+|[^\W\d_]+"
)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_STOP: Final = frozenset(
    _listed("""
    a about after all also am an and any are as at be been being but by can could did do does for
    from had has have he her here his how i if in into is it its just may me might more most must
    my of on only or other our over shall she should so some such than that the their them then
    there these they this those to too under up was we were what when where which while who whose
    why will with would you your yes
    그리고 그러나 하지만 그래서 또한 또는 및 등 수 것 이 그 저 때 더 매우 있 있는 하 할 하는 되
    이것 그것 경우 위해 대해 모든 네
    """)
)
_NEGATIONS: Final = frozenset(
    _listed("not no never none nothing nobody neither nor cannot hardly 안 못")
)
_EXCLUSIONS: Final = frozenset(("without", "없이"))
_DENIED: Final = {"impossible": "possible", "unavailable": "available", "불가능": "가능"}
"""Words whose first letters deny the rest."""
_KOREAN_NEGATION: Final = re.compile("않|아니|아닙|아닌|없|못하|못합")

_NUMBER_WORDS: Final = {
    word: number
    for number, word in enumerate(
        _listed("zero one two three four five six seven eight nine ten eleven twelve")
    )
    if word != "one"  # which is a pronoun as often
}
_SCALES: Final = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "백": 100,
    "천": 1000,
    "만": 10**4,
    "천만": 10**7,
    "억": 10**8,
}

_PARTICLES: Final = _listed("""
    입니다 이에요 예요 이다 으로부터 에게서 이라고 까지 부터 에서는 에서 에게 에는 으로 처럼 보다
    마다 이나 라고 이며 이고 은 는 이 가 을 를 의 에 로 와 과 도 만
""")
_COUNTERS: Final = "원분일시세회명개년월"
"""What is counted, in one syllable; of other words that short, the last is no particle."""
_SUBJECTS: Final = ("은", "는", "이", "가")
_ENDING: Final = re.compile(
    "(?:습니다|니다|십시오|세요|어요|아요|지만|면서|려면|하면|거나|었다|았다|다|요|고|며|면|지|게)$"
)
_LIGHT_VERB: Final = re.compile(
    "(?<=[가-힣]{2})(?:하는|되는|하여|되어|해야|[하한할함합했해되된될됩됐])$"
)
_VERB_FINALS: Final = "\u11ab\u11af\u11b8\u11bb"
"""The final consonants ㄴ, ㄹ, ㅂ and ㅆ, which verbs take with their endings."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is said, without how."""

    terms: frozenset[str]
    numbers: frozenset[str]
    subjects: frozenset[str]
    """Terms that have to be right: names, and what a sentence begins with or is about."""
    negations: tuple[str, ...]
    """What denies a predicate, and what excludes a thing: one does not make up for the other."""
    spelled: Mapping[str, str]
    """Each term as it stands in the text, for people."""

    @property
    def said(self) -> frozenset[str]:
        """Terms and numbers."""
        return self.terms | self.numbers


@lru_cache(maxsize=4096)
def words(text: str) -> Words:
    """Return what a text is about."""
    tokens = [token.replace("\u2019", "'") for token in _WORD.findall(text)]
    numbers, rest = _numbers(tokens)
    negations = sorted(filter(None, map(_negation, rest)))
    terms = {term: token for token in rest if (term := _term(token))}
    subjects = {term for term, token in terms.items() if _is_subject(token, term)}
    subjects.update(islice(terms, 1))
    return Words(frozenset(terms), frozenset(numbers), frozenset(subjects), tuple(negations), terms)


def _numbers(tokens: list[str]) -> tuple[set[str], list[str]]:
    """Return the numbers, 2만 as 20000, and the tokens that are none."""
    found: set[str] = set()
    rest: list[str] = []
    scaled = False
    for token, after in zip(tokens, [*tokens[1:], ""], strict=False):
        value = _value(token)
        if value is None:
            rest.extend(() if scaled else (token,))
            scaled = False
            continue
        scale = _scale(after)
        scaled = scale > 1
        found.add(format((value * scale).normalize(), "f"))
    return found, rest


def _value(token: str) -> Decimal | None:
    if token[0].isdecimal():
        grouped = re.sub(r",(?=\d{3}\b)", "", token)
        try:
            return Decimal(grouped)
        except InvalidOperation:  # a date, a version or an address: 1.2.3
            return None
    number = _NUMBER_WORDS.get(token.lower())
    return None if number is None else Decimal(number)


def _scale(token: str) -> int:
    scale = _SCALES.get(token.lower())
    if scale is None and (found := re.match("천만|[백천만억](?=원|명|개|년|$)", token)):
        scale = _SCALES[found.group()]
    return scale or 1


@lru_cache(maxsize=16384)
def _negation(token: str) -> str | None:
    low = token.lower()
    if low in _EXCLUSIONS:
        return "without"
    denies = low in _NEGATIONS or low.endswith("n't") or any(map(low.startswith, _DENIED))
    return "not" if denies or _KOREAN_NEGATION.search(token) else None


@lru_cache(maxsize=16384)
def _term(token: str) -> str | None:
    """Return what is left of a word that means something."""
    for word, rest in _DENIED.items():
        token = re.sub(f"^{word}", rest, token, flags=re.IGNORECASE)
    if _negation(token):
        return None
    stem = _korean(token) if "가" <= token[0] <= "힣" else _english(token.lower())
    return None if not stem or stem in _STOP or token.lower() in _STOP else stem


def _english(word: str) -> str:
    word = word.partition("'")[0]
    for suffix, least in (("ies", 2), ("ing", 3), ("ed", 3), ("es", 3), ("s", 3), ("e", 2)):
        if word.endswith(suffix) and len(word) - len(suffix) >= least and word[-2:] != "ss":
            return word[: -len(suffix)] + ("y" if suffix == "ies" else "")
    return word[:-1] + "y" if word.endswith("i") else word


def _korean(word: str) -> str:
    for particle in _PARTICLES:
        shortest = len(particle) + (1 if len(particle) > 1 or word[0] in _COUNTERS else 2)
        if word.endswith(particle) and len(word) >= shortest:
            return _LIGHT_VERB.sub("", word.removesuffix(particle))
    stem = _ENDING.sub("", word) or word
    noun = _LIGHT_VERB.sub("", stem)
    if noun != stem or stem == word:
        return noun
    letters = unicodedata.normalize("NFD", stem)
    return unicodedata.normalize("NFC", letters.rstrip(_VERB_FINALS))


def _is_subject(token: str, term: str) -> bool:
    if token[0].isupper():
        return True
    return "가" <= token[0] <= "힣" and token.endswith(_SUBJECTS) and len(term) > 1
