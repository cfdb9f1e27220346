"""What was spent against what may be: by day, by thirty days, and at the pace of a week."""

from typing import Final

from spansight.conventions.metrics import CONTROL_COST, CONTROL_TOKENS
from spansight_dashboards import history, promql
from spansight_dashboards.promql import Expression, Labelled, Scope

DAY: Final = "24h"
WEEK: Final = "7d"
MONTH: Final = "30d"

_PACE: Final = 30 / 7
"""Weeks in thirty days.  A pace of less than a week would take each Friday for a trend."""


def spent(scope: Scope) -> Expression:
    """Return US dollars in the window, of all calls: no limit on labels touches this sum."""
    return promql.increase(CONTROL_COST, scope)


def tokens(scope: Scope) -> Expression:
    """Return tokens in the window, the same way."""
    return promql.increase(CONTROL_TOKENS, scope)


def month(hourly: Labelled, *by: str) -> Expression:
    """Return US dollars of the last thirty days."""
    return history.hours(hourly, Scope(window=MONTH, by=by))


def day(hourly: Labelled, *by: str) -> Expression:
    return history.hours(hourly, Scope(window=DAY, by=by))


def projected(hourly: Labelled, *by: str) -> Expression:
    """Return US dollars that thirty days like the last seven would cost."""
    return promql.scaled(history.hours(hourly, Scope(window=WEEK, by=by)), _PACE)


def beyond(spent: Expression, budget: Labelled, days: int, owner: str) -> Expression:
    """Return what an owner spent where it is more than the owner's budget of so many days."""
    allowed = history.now(budget)
    whole = allowed if days == 1 else promql.scaled(allowed, days)
    return history.against(spent, ">", whole, owner)


def largest(count: int, hourly: Labelled, window: str, *by: str) -> Expression:
    """Return who spent most of it."""
    return promql.top(count, history.hours(hourly, Scope(window=window, by=by)))


def largest_of(
    count: int, hourly: Labelled, window: str, owner: str, by: tuple[str, ...]
) -> Expression:
    """Return who spent most of one owner's: the alert's own label stands in the query."""
    mine = promql.equal(owner, f"{{{{ $labels.{owner} }}}}")
    return promql.top(count, history.hours(hourly, Scope(window=window, by=by), mine))
