"""List prices from ``genai-prices``, under the provider names of the GenAI conventions."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final

from genai_prices import types
from genai_prices.data import providers

from spansight.cost.price import FREE, Price, Rate
from spansight.cost.table import plain

_CONVENTION_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws": ("aws.bedrock",),
    "azure": ("azure.ai.openai", "azure.ai.inference"),
    "google": ("gcp.gemini", "gcp.vertex_ai", "gcp.gen_ai"),
    "mistral": ("mistral_ai",),
    "moonshotai": ("moonshot_ai",),
    "x-ai": ("x_ai",),
}
_UNSPOKEN: Final = ("huggingface_", "github-copilot", "cursor", "openai-decisions")
"""Lists whose names no instrumentation emits: the Collector builds the table for each request."""

_MAKERS: Final = (
    "anthropic",
    "openai",
    "google",
    "mistral",
    "deepseek",
    "cohere",
    "x-ai",
    "moonshotai",
    "perplexity",
    "voyageai",
)
"""Providers that sell their own models: what a model's bare name costs is what its maker asks."""

_PARTS: Final = (
    "input_mtok",
    "cache_read_mtok",
    "cache_write_mtok",
    "cache_write_1h_mtok",
    "output_mtok",
)

_TIERS: Final = {
    "batch": {"processing": "batch"},
    "fast": {"service_tier": "fast", "speed": "fast"},
    "flex": {"service_tier": "flex"},
    "priority": {"service_tier": "priority"},
}
"""Service tier, as providers name it in their answers → how `genai-prices` names it."""


def by_provider(as_of: date) -> dict[str, dict[str, Price]]:
    """Return every list price that holds on a day."""
    return {
        name: _models(provider, as_of)
        for provider in providers
        if not provider.id.startswith(_UNSPOKEN)
        for name in _CONVENTION_NAMES.get(provider.id, (provider.id,))
    }


def by_maker(as_of: date) -> dict[str, Price]:
    """Return the list prices of those who make the models; the first maker of a name wins."""
    known = {provider.id: provider for provider in providers}
    merged: dict[str, Price] = {}
    for maker in reversed(_MAKERS):
        merged |= _models(known[maker], as_of)
    return merged


def _models(provider: types.Provider, as_of: date) -> dict[str, Price]:
    # Noon, so that no time-of-day discount is taken for the price.
    when = datetime.combine(as_of, time(12), UTC)
    exact: dict[str, Price] = {}
    for model in provider.models:
        price = _price(model, when)
        if price is not None:
            exact |= {name: price for name in _aliases(model.match) if name not in exact}
            exact[model.id.lower()] = price
    plainly = _by_plain_name(exact)
    return plainly | {
        name: price for name, price in exact.items() if plainly.get(plain(name)) != price
    }


def _by_plain_name(exact: Mapping[str, Price]) -> dict[str, Price]:
    """Return the price of each plain name: its own, or the one that all its versions share."""
    versions: dict[str, set[Price]] = {}
    for name, price in exact.items():
        versions.setdefault(plain(name), set()).add(price)
    shared = {name: prices.pop() for name, prices in versions.items() if len(prices) == 1}
    return shared | {name: price for name, price in exact.items() if plain(name) == name}


def _aliases(clause: types.MatchLogic) -> Iterator[str]:
    if isinstance(clause, types.ClauseOr):
        for alternative in clause.or_:
            yield from _aliases(alternative)
    for kind in ("equals", "starts_with", "contains", "ends_with"):
        name = str(getattr(clause, kind, "")).lower()
        # A fragment that ends or begins within a word, such as `claude-opus-4@`, is no name.
        if name[:1].isalnum() and name[-1:].isalnum():
            yield name


def _price(model: types.ModelInfo, when: datetime) -> Price | None:
    rates = _rates(model.get_prices(when))
    if rates is None:
        # Charged by the second, page or image; only a name that says so is free.
        return FREE if model.id.endswith(":free") else None
    tiers = {
        tier: _rates(model.get_prices(when, dict(context))) or rates
        for tier, context in _TIERS.items()
    }
    return Price(rates, tuple((tier, own) for tier, own in tiers.items() if own != rates))


def _rates(prices: types.ModelPrice) -> tuple[Rate, ...] | None:
    values = {part: getattr(prices, part) for part in _PARTS}
    if values["input_mtok"] is None:
        return None
    starts = {
        tier.start
        for value in values.values()
        if isinstance(value, types.TieredPrices)
        for tier in value.tiers
    }
    return tuple(_rate(values, start) for start in (0, *sorted(starts)))


def _rate(values: Mapping[str, Decimal | types.TieredPrices | None], above: int) -> Rate:
    # Without a price of its own, a cached token is an input token, and an hour is five minutes.
    listed, read, write, hour, output = (_at(values[part], above) for part in _PARTS)
    listed = listed or 0.0
    write = listed if write is None else write
    return Rate(
        input=listed,
        cache_read=listed if read is None else read,
        cache_write=write,
        cache_write_1h=write if hour is None else hour,
        output=output or 0.0,
        above=float(above),
    )


def _at(value: Decimal | types.TieredPrices | None, above: int) -> float | None:
    if isinstance(value, types.TieredPrices):
        reached = [tier.price for tier in value.tiers if above >= tier.start]
        return float(reached[-1] if reached else value.base)
    return None if value is None else float(value)
