"""References of an answer to its contexts: [1] is the first of them, [2, 3] are two."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from spansight.measures.sentences import sentences
from spansight.measures.support import objection

_CITED: Final = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\](?!\()")


def cited(text: str) -> list[int]:
    """Return the numbers that a text refers to, in order."""
    return [int(one) for group in _CITED.findall(text) for one in group.split(",")]


def dangling(answer: str, contexts: Sequence[str]) -> list[int]:
    """Return the references to contexts that there are not."""
    return [number for number in cited(answer) if not 1 <= number <= len(contexts)]


def accuracy(
    answer: str,
    contexts: Sequence[str],
    objects: Callable[[str, Sequence[str]], str | None] = objection,
) -> float | None:
    """Return the share of the references that lead to a context which supports their sentence.

    The citation precision of Gao et al. 2023, who ask an entailment model; None without any.
    """
    right = [
        1 <= number <= len(contexts) and objects(sentence, [contexts[number - 1]]) is None
        for sentence in sentences(answer)
        for number in cited(sentence)
    ]
    return sum(right) / len(right) if right else None
