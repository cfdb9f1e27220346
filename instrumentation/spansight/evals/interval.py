"""How sure a mean is: an interval by the bootstrap, the same for the same numbers."""

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
    try:
        np: Any = import_module("numpy")  # an extra: only intervals need it
        stats: Any = import_module("scipy.stats")  # untyped
    except ModuleNotFoundError as error:
        raise ConfigError("intervals need scipy; pip install 'spansight[evals]'") from error

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


def fewest(confidence: float) -> int:
    """Return how many pairs a decision takes at least.

    Were both sides equal, chance alone would have all of n changes point down once in 2ⁿ: with
    fewer, no outcome whatsoever is rarer than the error that the confidence allows on one side.
    """
    return math.ceil(-math.log2((1 - confidence) / 2))
