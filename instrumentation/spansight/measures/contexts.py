"""How good the passages were that a model was given.  Pure, and lexical: words are compared.

Without passages, or where nothing is known to compare them with, there is no score: None.
"""

from collections.abc import Callable, Sequence
from typing import Final

from spansight.measures.sentences import sentences
from spansight.measures.support import objection, plain
from spansight.measures.words import words

_SHINGLE: Final = 3


def relevance(question: str, contexts: Sequence[str]) -> float | None:
    """Return the share of the contexts' sentences that have a term of the question.

    Relevant sentences ÷ sentences: the context relevance of Es et al. 2023, who ask a model.
    """
    asked = words(question).said
    said = [words(sentence).said for context in contexts for sentence in sentences(context)]
    return _share([bool(asked & terms) for terms in said]) if asked else None


def noise_ratio(question: str, contexts: Sequence[str], ground_truth: str = "") -> float | None:
    """Return the share of the contexts that have no term of the question or the right answer."""
    wanted = words(question).said | words(ground_truth).said
    return _share([not wanted & words(context).said for context in contexts]) if wanted else None


def coverage(ground_truth: str, contexts: Sequence[str]) -> float | None:
    """Return the share of the right answer's terms and numbers that the contexts have."""
    wanted = words(ground_truth).said
    given = frozenset[str]().union(*(words(context).said for context in contexts))
    return len(wanted & given) / len(wanted) if wanted else None


def redundancy(contexts: Sequence[str]) -> float | None:
    """Return how much of the contexts is said more than once.

    1 - distinct ÷ all, of the sets of three words in a row (shingles: Broder 1997) of each context.
    """
    shingles = [_shingles(context) for context in contexts]
    total = sum(map(len, shingles))
    return 1 - len(set[tuple[str, ...]]().union(*shingles)) / total if total else None


def precision(
    ground_truth: str,
    contexts: Sequence[str],
    objects: Callable[[str, Sequence[str]], str | None] = objection,
) -> float | None:
    """Return whether the contexts that tell something of the right answer come first.

    Σ (precision at i, where context i is relevant) ÷ relevant contexts: the context precision of
    RAGAS.  Relevant is a context that supports a sentence of the right answer.
    """
    wanted = sentences(plain(ground_truth))
    if not wanted or not contexts:
        return None
    tells = [any(objects(claim, [context]) is None for claim in wanted) for context in contexts]
    places = [place for place, relevant in enumerate(tells, 1) if relevant]
    precisions = [found / place for found, place in enumerate(places, 1)]
    return sum(precisions) / len(places) if places else 0.0


def _share(held: Sequence[bool]) -> float | None:
    return sum(held) / len(held) if held else None


def _shingles(text: str) -> set[tuple[str, ...]]:
    said = text.lower().split()
    return {tuple(said[at : at + _SHINGLE]) for at in range(max(1, len(said) - _SHINGLE + 1))}
