"""How far two who judged the same agree beyond chance: Cohen's kappa, with its interval.  Pure."""

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from statistics import NormalDist
from typing import Final, Literal, TypeVar, cast

V = TypeVar("V", bound=Hashable)

Weights = Literal["none", "linear", "quadratic"]

_POWERS: Final[Mapping[Weights, int]] = {"none": 0, "linear": 1, "quadratic": 2}


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement beyond chance: 1 is always, 0 is what chance alone gives, below it is less."""

    value: float
    low: float
    high: float
    """Ends of the interval: chance leaves the true value out of it as seldom as was asked for."""
    same: float
    """The share of the pairs that are the same."""
    pairs: int


def kappa(
    pairs: Sequence[tuple[V, V]], weights: Weights = "none", *, confidence: float = 0.95
) -> Kappa | None:
    """Return (observed - expected agreement) ÷ (1 - expected), None where both never vary.

    Unweighted, two values agree or do not (Cohen 1960).  With weights, which need numbers, they
    agree by 1 - (distance ÷ longest distance), or by 1 - its square (Cohen 1968).  The interval is
    that of Fleiss, Cohen and Everitt (1969) for large samples; where all pairs agree it would be a
    point, and its lower end is what a share of agreement may still be (Clopper and Pearson 1934).
    """
    if not pairs:
        return None
    table = _Table.of(pairs, weights)
    observed, expected = table.observed, table.expected
    if math.isclose(expected, 1):
        return None
    value = (observed - expected) / (1 - expected)
    same = sum(one == other for one, other in pairs) / len(pairs)
    if same == 1:
        least = ((1 - confidence) / 2) ** (1 / len(pairs))
        return Kappa(1.0, max((least - expected) / (1 - expected), -1.0), 1.0, same, len(pairs))
    wide = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt(table.variance(value))
    return Kappa(value, max(value - wide, -1.0), min(value + wide, 1.0), same, len(pairs))


def confusion(pairs: Sequence[tuple[V, V]]) -> tuple[list[V], list[list[int]]]:
    """Return the values in order, and how often the first said each beside each of the second's."""
    values = _ordered(pairs)
    count = Counter(pairs)
    return values, [[count[one, other] for other in values] for one in values]


@dataclass(frozen=True, slots=True)
class _Table:
    """Shares of the pairs, those of each side, and how far two values agree."""

    pairs: int
    shares: Mapping[tuple[object, object], float]
    first: Mapping[object, float]
    second: Mapping[object, float]
    agree: Mapping[tuple[object, object], float]

    @classmethod
    def of(cls, pairs: Sequence[tuple[V, V]], weights: Weights) -> "_Table":
        total = len(pairs)
        values = _ordered(pairs)
        return cls(
            total,
            _shares(pairs, total),
            _shares([one for one, _ in pairs], total),
            _shares([other for _, other in pairs], total),
            _agreement(values, _POWERS[weights]),
        )

    @property
    def observed(self) -> float:
        return math.fsum(self.agree[pair] * share for pair, share in self.shares.items())

    @property
    def expected(self) -> float:
        return math.fsum(
            self.agree[one, other] * share * self.second[other]
            for one, share in self.first.items()
            for other in self.second
        )

    def variance(self, value: float) -> float:
        """Return that of kappa, as Fleiss, Cohen and Everitt have it."""
        rows = {
            one: math.fsum(self.agree[one, other] * share for other, share in self.second.items())
            for one in self.first
        }
        columns = {
            other: math.fsum(self.agree[one, other] * share for one, share in self.first.items())
            for other in self.second
        }
        spread = math.fsum(
            share * (self.agree[one, other] - (rows[one] + columns[other]) * (1 - value)) ** 2
            for (one, other), share in self.shares.items()
        )
        expected = self.expected
        centre = (value - expected * (1 - value)) ** 2
        return max(spread - centre, 0.0) / (self.pairs * (1 - expected) ** 2)


def _ordered(pairs: Sequence[tuple[V, V]]) -> list[V]:
    values = {value for pair in pairs for value in pair}
    return sorted(values, key=lambda value: cast("str", value))


def _shares(values: Sequence[V], total: int) -> dict[V, float]:
    return {value: times / total for value, times in Counter(values).items()}


def _agreement(values: Sequence[object], power: int) -> dict[tuple[object, object], float]:
    if not power:
        return {(one, other): float(one == other) for one, other in product(values, repeat=2)}
    numbers = cast("Sequence[float]", values)
    if not all(isinstance(value, int | float) for value in values):
        raise ValueError(f"values {list(values)!r:.80}: expected numbers, which have a distance")
    longest = (numbers[-1] - numbers[0]) or 1
    return {
        (one, other): 1 - (abs(one - other) / longest) ** power
        for one, other in product(numbers, repeat=2)
    }
