"""How sure a mean is: where it lies, and whether chance would do; the same for the same numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from spansight.errors import ConfigError

RESAMPLES: Final = 9999
_AT_ONCE: Final = 2_000_000
"""Numbers drawn in one batch: 16 MB."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the mean lies."""

    low: float
    high: float


def of_mean(
    values: Sequence[float], *, confidence: float, seed: int = 0, resamples: int = RESAMPLES
) -> Interval:
    """Return the bias-corrected and accelerated bootstrap interval of a mean (Efron 1987)."""
    np, stats = _scipy()
    if len(set(values)) == 1:  # every resample is the sample: there is nothing to accelerate
        return Interval(values[0], values[0])
    array = np.asarray(values, dtype=float)
    found = stats.bootstrap(
        (array,),
        np.mean,
        confidence_level=confidence,
        n_resamples=resamples,
        batch=max(1, _AT_ONCE // len(array)),
        rng=np.random.default_rng(seed),
    )
    low, high = map(float, found.confidence_interval)
    return Interval(low, high)


def chance_of_mean(values: Sequence[float], *, seed: int = 0, resamples: int = RESAMPLES) -> float:
    """Return how often a mean as low as this comes of signs that are tossed.

    So it is where it does not matter which side is which (Fisher's randomisation test).  It knows
    what the bootstrap does not see: that three changes of twenty, all down, are as likely as three
    heads in a row.
    """
    np, stats = _scipy()
    changed = [value for value in values if value]
    if not changed:
        return 1.0
    found = stats.permutation_test(
        (np.asarray(changed, dtype=float),),
        np.sum,
        permutation_type="samples",
        alternative="less",
        n_resamples=resamples,
        batch=max(1, _AT_ONCE // len(changed)),
        vectorized=True,
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)


def fewest(confidence: float) -> int:
    """Return how many pairs a decision takes at least.

    Signs that are tossed all point down once in 2ⁿ: with fewer, no outcome whatsoever is rarer
    than the error that the confidence allows on one side.
    """
    return math.ceil(-math.log2(tail(confidence)))


def tail(confidence: float) -> float:
    """Return the error that a confidence allows on one side."""
    return (1 - confidence) / 2


def _scipy() -> tuple[Any, Any]:
    try:
        # Untyped, and an extra: only intervals need it.
        return import_module("numpy"), import_module("scipy.stats")
    except ModuleNotFoundError as error:
        raise ConfigError("intervals need scipy; pip install 'spansight[evals]'") from error
