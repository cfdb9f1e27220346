"""How good a ranking is, given the documents that would have been right.  Pure.

What holds for all of them:

- the ranking is taken in the order given, best first;
- a document counts once, at its best place; a copy of it takes a place and finds nothing new;
- fewer than k results are k places of which some are empty: they count as wrong ones do;
- without a relevant document there is nothing to find: the answer is None, neither 0 nor 1.

They agree with trec_eval, the reference of the field
(``tests/unit/measures/test_reference.py``), but for ties: trec_eval breaks those by document id,
we keep the order in which the documents came.
"""

import math
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, Literal, cast

Relevant = Collection[Hashable] | Mapping[Hashable, float]
"""The right documents' ids; or the grade of each, of which those above 0 are relevant."""

Gain = Literal["linear", "exponential"]

CUTOFFS: Final = (1, 3, 5, 10, 20, 50, 100)
"""Every k that scores are recorded at: each is a name of its own, and names are labels."""


def recall_at_k(retrieved: Sequence[Hashable], relevant: Relevant, k: int) -> float | None:
    """Return the share of the relevant documents that are among the first k results.

    |relevant ∩ first k| ÷ |relevant|: trec_eval's ``recall_k``.
    """
    right = _grades(relevant)
    found = _found(retrieved, right, k)
    return found / len(right) if right else None


def precision_at_k(retrieved: Sequence[Hashable], relevant: Relevant, k: int) -> float | None:
    """Return the share of the first k places that hold a relevant document.

    |relevant ∩ first k| ÷ k, whether or not there are k results: trec_eval's ``P_k``.
    """
    right = _grades(relevant)
    found = _found(retrieved, right, k)
    return found / k if right else None


def hit_rate_at_k(retrieved: Sequence[Hashable], relevant: Relevant, k: int) -> float | None:
    """Return 1 if any relevant document is among the first k results, else 0.

    trec_eval's ``success_k``; its mean over queries is the hit rate.
    """
    right = _grades(relevant)
    found = _found(retrieved, right, k)
    return float(found > 0) if right else None


def ndcg_at_k(
    retrieved: Sequence[Hashable], relevant: Relevant, k: int, *, gain: Gain = "linear"
) -> float | None:
    """Return the discounted cumulative gain of the first k results ÷ that of the best ranking.

    DCG = Σ gain(grade at place i) ÷ log2(i + 1) over places 1 … k.  The gain is the grade itself
    (Järvelin and Kekäläinen 2002; trec_eval's ``ndcg_cut_k``), or with ``exponential`` 2^grade - 1
    (Burges et al. 2005), which favours the best documents.  Without grades, the two are the same.
    """
    gained = _GAINS[gain]
    graded = {document: gained(grade) for document, grade in _grades(relevant).items()}
    best = _discounted(sorted(graded.values(), reverse=True), k)
    found = _discounted((graded.get(document, 0.0) for document in _once(retrieved)), k)
    return found / best if graded else None


def reciprocal_rank(retrieved: Sequence[Hashable], relevant: Relevant) -> float | None:
    """Return 1 ÷ the place of the first relevant document, 0 where there is none.

    trec_eval's ``recip_rank``; its mean over queries is the MRR.
    """
    right = _grades(relevant)
    places = (place for place, document in enumerate(retrieved, 1) if document in right)
    return (1 / first if (first := next(places, None)) else 0.0) if right else None


def average_precision(retrieved: Sequence[Hashable], relevant: Relevant) -> float | None:
    """Return the mean of the precision at the place of each relevant document, 0 for those missed.

    Σ precision at i, over places i that hold a relevant document, ÷ |relevant|: trec_eval's
    ``map``, the mean of which over queries is the MAP.
    """
    right = _grades(relevant)
    places = [place for place, document in enumerate(_once(retrieved), 1) if document in right]
    precisions = (found / place for found, place in enumerate(places, 1))
    return math.fsum(precisions) / len(right) if right else None


def mean(scores: Iterable[float | None]) -> float | None:
    """Return the mean of the queries that have a score: of reciprocal ranks, it is the MRR."""
    known = [score for score in scores if score is not None]
    return math.fsum(known) / len(known) if known else None


AT_K: Final[Mapping[str, Callable[[Sequence[Hashable], Relevant, int], float | None]]] = {
    "recall": recall_at_k,
    "precision": precision_at_k,
    "ndcg": ndcg_at_k,
    "hit_rate": hit_rate_at_k,
}
OF_ALL: Final = {"reciprocal_rank": reciprocal_rank, "average_precision": average_precision}


def scores(retrieved: Sequence[Hashable], relevant: Relevant, k: int) -> dict[str, float]:
    """Return every measure that has a score by its name, such as ``recall_at_5``.

    Those of the whole ranking, ``reciprocal_rank`` and ``average_precision``, have no k.
    """
    measured = {f"{name}_at_{k}": measure(retrieved, relevant, k) for name, measure in AT_K.items()}
    measured |= {name: measure(retrieved, relevant) for name, measure in OF_ALL.items()}
    return {name: score for name, score in measured.items() if score is not None}


_COPY: Final = object()
_GAINS: Final[Mapping[Gain, Callable[[float], float]]] = {
    "linear": float,
    "exponential": lambda grade: math.expm1(grade * math.log(2)),
}


def _found(retrieved: Sequence[Hashable], right: Mapping[Hashable, float], k: int) -> int:
    return len(right.keys() & set(retrieved[: _checked(k)]))


def _grades(relevant: Relevant) -> dict[Hashable, float]:
    if isinstance(relevant, str):
        raise TypeError(f"relevant={relevant!r}: expected a collection of ids; put it in a list")
    if not isinstance(relevant, Mapping):
        return dict.fromkeys(relevant, 1.0)
    grades = cast("Mapping[Hashable, float]", relevant)
    for grade in grades.values():
        if not math.isfinite(grade):
            raise ValueError(f"grade {grade!r}: expected a finite number")
    return {document: float(grade) for document, grade in grades.items() if grade > 0}


def _once(retrieved: Sequence[Hashable]) -> Iterator[Hashable]:
    """Yield the document of each place, and what no document is where it is a copy."""
    seen: set[Hashable] = set()
    for document in retrieved:
        yield _COPY if document in seen else document
        seen.add(document)


def _discounted(gains: Iterable[float], k: int) -> float:
    places = enumerate(islice(gains, _checked(k)), 1)
    return math.fsum(gain / math.log2(place + 1) for place, gain in places)


def _checked(k: int) -> int:
    if k < 1:
        raise ValueError(f"k={k!r}: expected 1 or more")
    return k
