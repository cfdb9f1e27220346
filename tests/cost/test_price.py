"""The arithmetic, against prices multiplied out by hand and with exact fractions."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spansight.cost.price import FREE, Cost, Parts, Price, Rate, Usage, cost

GPT_4O = Price((Rate(2.5, 1.25, 2.5, 2.5, 10.0),))
TIERED = Price((Rate(3.0, 0.3, 3.75, 6.0, 15.0), Rate(6.0, 0.6, 7.5, 12.0, 22.5, above=200_000)))

tokens = st.integers(0, 2_000_000)
dollars = st.floats(0, 1000, allow_nan=False).map(lambda amount: round(amount, 6))
rates = st.builds(Rate, dollars, dollars, dollars, dollars, dollars)
usages = st.builds(Usage, tokens, tokens, tokens, tokens, tokens)


def test_fifty_calls_with_half_their_input_cached() -> None:
    found = cost(GPT_4O, Usage(input=50_000, output=5_000, cache_read=25_000))
    assert found.status == "priced"
    assert found.parts_usd
    assert found.parts_usd.total == pytest.approx(0.0625 + 0.03125 + 0.05)


@given(rates, usages)
def test_every_token_is_charged_once(rate: Rate, usage: Usage) -> None:
    assert usage.input is not None
    assert usage.output is not None
    uncached = max(0, usage.input - usage.cache_read - usage.cache_write)
    hour = min(usage.cache_write_1h, usage.cache_write)
    exact = (
        uncached * Fraction(rate.input)
        + usage.cache_read * Fraction(rate.cache_read)
        + (usage.cache_write - hour) * Fraction(rate.cache_write)
        + hour * Fraction(rate.cache_write_1h)
        + usage.output * Fraction(rate.output)
    ) / 1_000_000
    found = cost(Price((rate,)), usage)
    assert found.parts_usd
    assert found.parts_usd.total == pytest.approx(float(exact), rel=1e-9, abs=1e-15)


@given(usages)
def test_no_part_is_ever_negative(usage: Usage) -> None:
    parts = cost(TIERED, usage).parts_usd
    assert parts
    assert min(parts.input, parts.cache_read, parts.cache_write, parts.output) >= 0


@pytest.mark.parametrize(("length", "output_usd"), [(200_000, 15e-6), (200_001, 22.5e-6)])
def test_a_long_prompt_has_the_other_rate_throughout(length: int, output_usd: float) -> None:
    parts = cost(TIERED, Usage(input=length, output=1)).parts_usd
    assert parts
    assert parts.output == pytest.approx(output_usd)


@pytest.mark.parametrize(
    ("tier", "usd"), [("", 3.0), ("default", 3.0), ("priority", 3.0), ("batch", 1.5)]
)
def test_a_service_tier_has_its_own_price_where_the_list_has_one(tier: str, usd: float) -> None:
    price = Price(TIERED.rates, (("batch", (Rate(1.5, 0.15, 1.875, 3.0, 7.5),)),))
    parts = cost(price, Usage(input=1_000_000, output=0), tier=tier).parts_usd
    assert parts
    assert parts.input == pytest.approx(usd * (2 if tier != "batch" else 1))


@given(usages)
def test_free_is_free_whatever_is_used(usage: Usage) -> None:
    assert cost(FREE, usage) == Cost("free", Parts(0.0, 0.0, 0.0, 0.0))
    assert cost(FREE, replace(usage, input=None, output=None)).status == "free"


def test_what_is_unknown_has_no_cost_rather_than_none_to_pay() -> None:
    assert cost(None, Usage(input=1, output=1)) == Cost("unknown_model")
    assert cost(GPT_4O, Usage(input=None, output=None)) == Cost("unknown_usage")
    assert cost(GPT_4O, Usage(input=1, output=None)) == Cost("unknown_usage")
    assert cost(GPT_4O, Usage(input=1, output=None), embeddings=True).status == "priced"
