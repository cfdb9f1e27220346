"""Does a context support a claim?  A baseline that compares words and knows no meaning.

A claim is supported by a passage (a sentence of the context, a part of one, or two in a row) that

- shares enough of the claim's terms,
- has every one of its numbers and of its subjects, and
- denies and excludes as often as the claim does.

So it notices a changed number, another name and a negation.  It notices neither that two words
mean the same, so that a good paraphrase is not supported, nor who did what to whom.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from spansight.measures.sentences import sentences, spaced
from spansight.measures.words import Words, words

ENOUGH: Final = 0.75
"""Share of the claim's terms that a passage has to have."""

_PARTS: Final = re.compile(
    r"[;:]\s+|,\s+|\s+(?:and|but|while|whereas)\s+|(?<=[가-힣](?:고|며|만))[,\s]\s*"
)
_REFERENCE: Final = re.compile(r"\s*\[[\w\s,.-]{1,40}\](?!\()")
_MARKUP: Final = re.compile(r"[*_`#>]+|^\s*(?:[-•]|\d{1,2}[.)])\s+", re.MULTILINE)


def plain(text: str) -> str:
    """Return the text without references such as [1], and without markup."""
    return _MARKUP.sub("", _REFERENCE.sub("", spaced(text)))


def objection(claim: str, contexts: Iterable[str], *, enough: float = ENOUGH) -> str | None:
    """Return why the contexts do not support a claim, None if they do."""
    said = words(plain(claim))
    nearest, reason = -1.0, "nothing in the context is about it"
    for passage in _passages(tuple(contexts)):
        share = _share(said.terms, passage)
        wrong = _wrong(said, passage)
        if share >= enough and wrong is None:
            return None
        if share > nearest and said.terms & passage.said:
            nearest = share
            reason = wrong if share >= enough and wrong else _missing(said, passage)
    return reason


def contradiction(claim: str, passage: str) -> str | None:
    """Return which number a passage lacks, or who of the two denies; None where neither differs."""
    said, other = words(plain(claim)), words(plain(passage))
    return _other_number(said, other.numbers) or _denial(said, other)


@dataclass(frozen=True, slots=True)
class _Passage:
    words: Words
    is_pair: bool

    @property
    def said(self) -> frozenset[str]:
        return self.words.said

    @property
    def numbers(self) -> frozenset[str]:
        # Of two sentences, nobody knows which one a number belongs to.
        return frozenset() if self.is_pair else self.words.numbers


@lru_cache(maxsize=64)
def _passages(contexts: Sequence[str]) -> tuple[_Passage, ...]:
    """Return everything that may support a claim, the shortest first."""
    return tuple(passage for context in contexts for passage in _of_one(context))


def _of_one(context: str) -> Iterator[_Passage]:
    said = sentences(plain(context))
    whole = [words(sentence) for sentence in said]
    for sentence in said:
        parts = [part for part in _PARTS.split(sentence) if part]
        yield from (_Passage(words(part), is_pair=False) for part in parts if len(parts) > 1)
    yield from (_Passage(sentence, is_pair=False) for sentence in whole)
    for (one, first), (next_, second) in pairwise(zip(said, whole, strict=True)):
        # Nor which of the two a denial belongs to.
        if not first.negations + second.negations:
            yield _Passage(words(f"{one} {next_}"), is_pair=True)


def _share(terms: frozenset[str], passage: _Passage) -> float:
    return len(terms & passage.said) / len(terms) if terms else 1.0


def _wrong(said: Words, passage: _Passage) -> str | None:
    subjects = said.subjects - passage.said
    return (
        _other_number(said, passage.numbers)
        or (_not_there(subjects, said) if subjects else None)
        or _denial(said, passage.words)
    )


def _other_number(said: Words, there: frozenset[str]) -> str | None:
    other = said.numbers - there
    return _not_there(other, said) if other else None


def _denial(said: Words, other: Words) -> str | None:
    if said.negations == other.negations:
        return None
    return "the context says the opposite" if said.negations else "the context denies it"


def _missing(said: Words, passage: _Passage) -> str:
    missing = (said.terms - passage.said) | (said.numbers - passage.numbers)
    return _not_there(missing, said) if missing else "the context denies it"


def _not_there(missing: Iterable[str], said: Words) -> str:
    spelled = sorted({said.spelled.get(one, one) for one in missing}, key=str.casefold)
    return f"not in the context: {', '.join(spelled)}"
