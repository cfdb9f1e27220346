"""How long calls take, until the first token and until the last."""

from spansight.conventions.metrics import LATENCY, TIME_TO_FIRST_TOKEN, TOKENS_PER_SECOND
from spansight_dashboards import promql
from spansight_dashboards.promql import Expression, Scope


def latency_quantile(fraction: float, scope: Scope) -> Expression:
    return promql.defined(promql.quantile(fraction, LATENCY, scope))


def slow(fraction: float, limit_s: float, scope: Scope) -> Expression:
    """Return the quantile where it is above the limit."""
    return promql.compared(promql.quantile(fraction, LATENCY, scope), ">", limit_s)


def latency_distribution(scope: Scope) -> Expression:
    return promql.buckets(LATENCY, scope)


def first_token_quantile(fraction: float, scope: Scope) -> Expression:
    return promql.defined(promql.quantile(fraction, TIME_TO_FIRST_TOKEN, scope))


def generation_speed(scope: Scope) -> Expression:
    """Return the median of calls, in output tokens per second."""
    return promql.defined(promql.quantile(0.5, TOKENS_PER_SECOND, scope))
