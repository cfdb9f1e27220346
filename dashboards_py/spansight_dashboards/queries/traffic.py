"""How many calls there are, and how many of them fail."""

from spansight.conventions import labels
from spansight.conventions.metrics import REQUEST
from spansight_dashboards import promql
from spansight_dashboards.promql import Expression, Scope

_FAILED = promql.equal(labels.STATUS, labels.ERROR)


def request_count(scope: Scope) -> Expression:
    return promql.increase(REQUEST, scope)


def requests_per_minute(scope: Scope) -> Expression:
    return promql.scaled(promql.rate(REQUEST, scope), 60)


def error_count(scope: Scope) -> Expression:
    return promql.increase(REQUEST, scope, _FAILED)


def error_ratio(scope: Scope) -> Expression:
    """Return failed ÷ all calls: 0 while all is well, nothing without traffic."""
    total = promql.rate(REQUEST, scope)
    return promql.ratio(promql.zero_without(promql.rate(REQUEST, scope, _FAILED), total), total)


def failing(limit: float, scope: Scope) -> Expression:
    """Return the error ratio where it is above the limit."""
    ratio = promql.ratio(promql.rate(REQUEST, scope, _FAILED), promql.rate(REQUEST, scope))
    return promql.compared(ratio, ">", limit)
