"""What calls use and cost, and how many of them nobody could price."""

from typing import Final

from spansight.conventions import labels
from spansight.conventions.metrics import (
    CACHED_TOKENS,
    COST,
    REASONING_TOKENS,
    REQUEST,
    TOKENS,
    UNPRICED_REQUEST,
    UNPRICED_TOKENS,
)
from spansight_dashboards import promql
from spansight_dashboards.promql import Expression, Scope

READ: Final = "read"
WRITE: Final = "write"
"""Values of `kind` of a cached token."""

_UNCACHED: Final = "input"
_FROM_CACHE: Final = "cache_read|cache_write"
"""Values of `component` of a cost."""


def cost(scope: Scope) -> Expression:
    """US dollars in the window, without the calls of unknown price."""
    return promql.increase(COST, scope)


def known_cost(scope: Scope) -> Expression:
    """`cost`, and 0 where calls were made but none of them had a price."""
    return promql.zero_without(cost(scope), promql.increase(REQUEST, scope))


def cost_per_thousand_calls(scope: Scope) -> Expression:
    """Cost of the calls that had a price ÷ all calls, times 1000."""
    calls = promql.increase(REQUEST, scope)
    return promql.scaled(promql.ratio(cost(scope), calls), 1000)


def cost_per_hour(scope: Scope) -> Expression:
    return promql.scaled(promql.rate(COST, scope), 3600)


def cost_per_day(scope: Scope) -> Expression:
    """US dollars a day at the rate of the window."""
    return promql.scaled(promql.rate(COST, scope), 86_400)


def budget_used(budget_usd: float, scope: Scope) -> Expression:
    """Return cost in the window ÷ its budget."""
    return promql.scaled(known_cost(scope), 1 / budget_usd)


def unpriced_count(scope: Scope) -> Expression:
    unpriced = promql.increase(UNPRICED_REQUEST, scope)
    return promql.zero_without(unpriced, promql.increase(REQUEST, scope))


def unpriced_calls(scope: Scope) -> Expression:
    """Return the calls of unknown price; nothing where there were none."""
    return promql.increase(UNPRICED_REQUEST, scope)


def unpriced_tokens(scope: Scope) -> Expression:
    return promql.increase(UNPRICED_TOKENS, scope)


def tokens_per_minute(scope: Scope) -> Expression:
    return promql.scaled(promql.rate(TOKENS, scope), 60)


def input_tokens(scope: Scope) -> Expression:
    return promql.increase(TOKENS, scope, promql.equal(labels.DIRECTION, labels.INPUT))


def output_tokens(scope: Scope) -> Expression:
    return promql.increase(TOKENS, scope, promql.equal(labels.DIRECTION, labels.OUTPUT))


def input_per_call(scope: Scope) -> Expression:
    return promql.ratio(input_tokens(scope), promql.increase(REQUEST, scope))


def output_per_call(scope: Scope) -> Expression:
    return promql.ratio(output_tokens(scope), promql.increase(REQUEST, scope))


def reasoning_ratio(scope: Scope) -> Expression:
    """Return reasoning ÷ output tokens."""
    output = output_tokens(scope)
    return promql.ratio(
        promql.zero_without(promql.increase(REASONING_TOKENS, scope), output), output
    )


def cache_hit_ratio(scope: Scope) -> Expression:
    """Return input tokens read from the provider's cache ÷ all input tokens."""
    whole = input_tokens(scope)
    return promql.ratio(_cached(READ, scope, whole), whole)


def cache_savings(scope: Scope) -> Expression:
    """US dollars that the provider's cache saved: its tokens at the full price, less their cost.

    That price is what uncached input cost per token, so it needs some in the window.  Writing to a
    cache may cost more than it saves: then it is negative.
    """
    whole = input_tokens(scope)
    cached = promql.added(_cached(READ, scope, whole), _cached(WRITE, scope, whole))
    price = promql.ratio(_cost(_UNCACHED, scope), promql.subtracted(whole, cached))
    full_price = promql.multiplied(cached, price)
    paid = promql.zero_without(_cost(_FROM_CACHE, scope), whole)
    return promql.subtracted(full_price, paid)


def top_spenders(count: int, scope: Scope) -> Expression:
    return promql.top(count, cost(scope))


def _cached(kind: str, scope: Scope, whole: Expression) -> Expression:
    cached = promql.increase(CACHED_TOKENS, scope, promql.equal(labels.KIND, kind))
    return promql.zero_without(cached, whole)


def _cost(components: str, scope: Scope) -> Expression:
    return promql.increase(COST, scope, promql.Matcher(labels.COMPONENT, "=~", components))
