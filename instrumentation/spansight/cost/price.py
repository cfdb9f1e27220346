"""What one call costs.  Pure: the Collector computes the same in OTTL, and tests compare the two."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from spansight.conventions.attributes import CostStatus

PER: Final = 1_000_000
"""Rates are dollars for so many tokens."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Dollars per million tokens, for calls with more than `above` input tokens."""

    input: float
    cache_read: float
    cache_write: float
    output: float
    above: float = 0.0


@dataclass(frozen=True, slots=True)
class Price:
    """A model's rates: the base rate, then those for long prompts, in ascending order."""

    rates: tuple[Rate, ...]

    @property
    def free(self) -> bool:
        """A model that costs nothing, whatever is used."""
        rate = self.rates[0]
        return not (rate.input or rate.cache_read or rate.cache_write or rate.output)

    def rate(self, input_tokens: int) -> Rate:
        """Return the rate for a prompt of this length; all of it is charged at one rate."""
        return [rate for rate in self.rates if input_tokens > rate.above or not rate.above][-1]


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; `input` includes cached tokens, `output` includes reasoning."""

    input: int | None
    output: int | None
    cache_read: int = 0
    cache_write: int = 0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call cost and how that is known; the parts are 0 when only the total was reported."""

    status: CostStatus
    total_usd: float | None = None
    parts_usd: Mapping[str, float] = field(default_factory=dict[str, float])


def cost(price: Price | None, usage: Usage, *, embeddings: bool = False) -> Cost:
    """Return the cost of a call to a model with this price, which is None for an unknown model."""
    if price is not None and price.free:
        return Cost(
            "free", 0.0, dict.fromkeys(("input", "cache_read", "cache_write", "output"), 0.0)
        )
    output = 0 if embeddings and usage.output is None else usage.output
    if usage.input is None or output is None:
        return Cost("unknown_usage")
    if price is None:
        return Cost("unknown_model")
    rate = price.rate(usage.input)
    # A subset can be larger than the whole only by mistake; a negative price would hide it.
    uncached = max(usage.input - usage.cache_read - usage.cache_write, 0)
    parts = {
        "input": uncached * rate.input / PER,
        "cache_read": usage.cache_read * rate.cache_read / PER,
        "cache_write": usage.cache_write * rate.cache_write / PER,
        "output": output * rate.output / PER,
    }
    return Cost("priced", sum(parts.values()), parts)
