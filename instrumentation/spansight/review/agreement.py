"""How far reviewers agree: of the cases that two of them have scored."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from spansight.measures.agreement import Kappa, kappa
from spansight.review.journal import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Two reviewers, and the cases that both have scored."""

    first: str
    second: str
    cases: int
    same: float
    """The share of the cases with the same score."""
    near: float
    """The share with scores that are one apart at most."""
    kappa: Kappa | None
    """Cohen's, weighted by the distance of scores; None where both always said the same."""


def agreements(judgements: Iterable[Judgement]) -> list[Agreement]:
    """Return one for each pair of reviewers that have scored a case in common."""
    return list(_pairs(judgements))


def _pairs(judgements: Iterable[Judgement]) -> Iterator[Agreement]:
    scores: dict[str, dict[tuple[str, str], int]] = {}
    for one in judgements:
        if one.score is not None:
            scores.setdefault(one.reviewer, {})[one.case, one.version] = one.score
    for first, second in combinations(sorted(scores), 2):
        common = scores[first].keys() & scores[second].keys()
        pairs = [(scores[first][case], scores[second][case]) for case in sorted(common)]
        if pairs:
            yield Agreement(
                first=first,
                second=second,
                cases=len(pairs),
                same=sum(a == b for a, b in pairs) / len(pairs),
                near=sum(abs(a - b) <= 1 for a, b in pairs) / len(pairs),
                kappa=kappa(pairs, "quadratic"),
            )
