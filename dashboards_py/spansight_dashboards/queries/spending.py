"""What calls use and cost, and how many of them nobody could price."""

from spansight.conventions import labels
from spansight.conventions.metrics import COST, REQUEST, TOKENS, UNPRICED_REQUEST
from spansight_dashboards import promql
from spansight_dashboards.promql import Expression, Scope


def cost(scope: Scope) -> Expression:
    """US dollars in the window, without the calls of unknown price."""
    return promql.increase(COST, scope)


def known_cost(scope: Scope) -> Expression:
    """`cost`, and 0 where calls were made but none of them had a price."""
    return promql.zero_without(cost(scope), promql.increase(REQUEST, scope))


def cost_per_thousand_calls(scope: Scope) -> Expression:
    """Mean cost of the calls that had a price, times 1000."""
    calls = promql.increase(REQUEST, scope)
    return promql.scaled(promql.ratio(cost(scope), calls), 1000)


def cost_per_hour(scope: Scope) -> Expression:
    return promql.scaled(promql.rate(COST, scope), 3600)


def unpriced_count(scope: Scope) -> Expression:
    unpriced = promql.increase(UNPRICED_REQUEST, scope)
    return promql.zero_without(unpriced, promql.increase(REQUEST, scope))


def tokens_per_minute(scope: Scope) -> Expression:
    return promql.scaled(promql.rate(TOKENS, scope), 60)


def input_tokens(scope: Scope) -> Expression:
    return promql.increase(TOKENS, scope, promql.equal(labels.DIRECTION, labels.INPUT))


def output_tokens(scope: Scope) -> Expression:
    return promql.increase(TOKENS, scope, promql.equal(labels.DIRECTION, labels.OUTPUT))


def top_spenders(count: int, scope: Scope) -> Expression:
    return promql.top(count, cost(scope))
