"""Whether the arms of an experiment got the shares that they should have.  Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

RARE: Final = 0.001
"""Below it, chance is no explanation: the usual bound, for every experiment is asked every day."""

_LEAST_EXPECTED: Final = 5
"""Units that each arm should have for the approximation by chi-square to hold (Cochran 1954)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRatio:
    """What came of comparing the counts of arms with their weights."""

    counts: Mapping[str, int]
    expected: Mapping[str, float]
    """Units that each arm should have had."""
    statistic: float
    p_value: float | None
    """How often chance alone does this or worse; None where there are too few units to tell."""
    is_mismatch: bool
    """The experiment is broken: something other than chance chose who is in which arm."""

    def __str__(self) -> str:
        """Say it in a line."""
        if self.p_value is None:
            least = min(self.expected.values())
            return f"too few units to tell: {least:.1f} expected in the smallest arm, 5 needed"
        found = ", ".join(
            f"{name} {self.counts[name]} of {share:.1f} expected"
            for name, share in self.expected.items()
        )
        verdict = "sample-ratio mismatch" if self.is_mismatch else "as expected"
        return f"{verdict}: {found} (p = {self.p_value:.2g})"


def sample_ratio(
    counts: Mapping[str, int], weights: Mapping[str, float], *, rare: float = RARE
) -> SampleRatio:
    """Compare how many units each arm got with its weight: Pearson's chi-square.

    Count units, each once: requests of the same user are no independent draws.
    """
    if not weights or counts.keys() - weights.keys():
        unknown = sorted(counts.keys() - weights.keys())
        raise ValueError(f"counts of {unknown}: expected arms among {sorted(weights)}")
    total, whole = sum(counts.values()), math.fsum(weights.values())
    if whole <= 0 or min(weights.values()) < 0 or min(counts.values(), default=0) < 0:
        raise ValueError(f"weights {dict(weights)!r}, counts {dict(counts)!r}: expected 0 or more")
    found = {name: counts.get(name, 0) for name in weights}
    expected = {name: total * weight / whole for name, weight in weights.items()}
    stray = sum(found[name] for name, weight in weights.items() if not weight)
    drawn = {name: share for name, share in expected.items() if share}
    statistic = math.fsum((found[name] - share) ** 2 / share for name, share in drawn.items())
    p_value = None
    if stray:
        p_value = 0.0
    elif drawn and min(drawn.values()) >= _LEAST_EXPECTED:
        p_value = chi_square_tail(statistic, len(drawn) - 1)
    return SampleRatio(
        counts=found,
        expected=expected,
        statistic=statistic,
        p_value=p_value,
        is_mismatch=p_value is not None and p_value < rare,
    )


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Return the chance that a chi-square variable is at least this large.

    Q(a + 1, x) = Q(a, x) + x^a e^-x / Γ(a + 1), from Q(1/2, x) = erfc(√x) or Q(1, x) = e^-x.
    """
    if freedom <= 0:
        return 1.0
    half = statistic / 2
    if freedom % 2:
        order, tail = 0.5, math.erfc(math.sqrt(half))
    else:
        order, tail = 1.0, math.exp(-half)
    while order < freedom / 2 and half > 0:
        tail += math.exp(order * math.log(half) - half - math.lgamma(order + 1))
        order += 1
    return min(1.0, tail) if half > 0 else 1.0
