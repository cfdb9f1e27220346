"""What one call costs.  Pure.  The Collector computes the same, which tests compare."""

from dataclasses import dataclass
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
    cache_write_1h: float
    """For what the provider keeps an hour; `cache_write` is the usual five minutes."""
    output: float
    above: float = 0.0


@dataclass(frozen=True, slots=True)
class Price:
    """A model's rates: the base rate, then those for long prompts, in ascending order."""

    rates: tuple[Rate, ...]
    tiers: tuple[tuple[str, tuple[Rate, ...]], ...] = ()
    """The same for each service tier with prices of its own, such as `batch` or `flex`."""

    def rate(self, input_tokens: int, tier: str = "") -> Rate:
        """Return the rate for a prompt of this length; all of it is charged at one rate.

        A tier without prices of its own is charged as any other call.
        """
        rates = dict(self.tiers).get(tier, self.rates)
        return [rate for rate in rates if input_tokens > rate.above or not rate.above][-1]


FREE: Final = Price((Rate(0.0, 0.0, 0.0, 0.0, 0.0),))


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; `input` includes cached tokens, `output` includes reasoning."""

    input: int | None
    output: int | None
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    """The part of `cache_write` that is kept an hour."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Dollars for each kind of token."""

    input: float
    cache_read: float
    cache_write: float
    output: float

    @property
    def total(self) -> float:
        """What the call cost."""
        return self.input + self.cache_read + self.cache_write + self.output


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call cost, or why that is unknown."""

    status: CostStatus
    parts_usd: Parts | None = None
    """None when it is unknown: never 0."""


def cost(price: Price | None, usage: Usage, *, tier: str = "", embeddings: bool = False) -> Cost:
    """Return the cost of a call to a model with this price; None is an unknown model's."""
    if price is not None and price.rate(0, tier) == FREE.rates[0]:
        return Cost("free", Parts(0.0, 0.0, 0.0, 0.0))
    output = 0 if embeddings and usage.output is None else usage.output
    if usage.input is None or output is None:
        return Cost("unknown_usage")
    if price is None:
        return Cost("unknown_model")
    rate = price.rate(usage.input, tier)
    # A subset can be larger than the whole only by mistake; a negative price would hide it.
    uncached = max(usage.input - usage.cache_read - usage.cache_write, 0)
    kept_1h = min(usage.cache_write_1h, usage.cache_write)
    written = (usage.cache_write - kept_1h) * rate.cache_write + kept_1h * rate.cache_write_1h
    parts = Parts(
        input=uncached * rate.input / PER,
        cache_read=usage.cache_read * rate.cache_read / PER,
        cache_write=written / PER,
        output=output * rate.output / PER,
    )
    return Cost("priced", parts)
