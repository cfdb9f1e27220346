"""The last hour against earlier ones: of traffic, errors, cost of a call, and cache hits.

Traffic has weekends.  So it is compared with the same hour a week ago, and what yesterday explains
as well is no surprise: the second day of a campaign, the second day of a holiday.  A service that
is younger than a week has nothing to be compared with.
"""

from typing import Final

from spansight.conventions import labels
from spansight_dashboards import history, promql
from spansight_dashboards.promql import Expression, Labelled, Scope

YESTERDAY: Final = "1d"
WEEK_AGO: Final = "7d"

_DAY: Final = "24h"
_MEMORY: Final = "3d"
"""How long a service that sends nothing more is still expected to: a weekend, and a day."""


def surging(hourly: Labelled, factor: float, enough: int) -> Expression:
    """Return calls of the last hour where they are far more than a week ago, and than yesterday."""
    current, by = history.now(hourly), hourly.labels
    week_ago = promql.scaled(history.before(hourly, WEEK_AGO), factor)
    yesterday = promql.scaled(history.before(hourly, YESTERDAY), factor)
    return promql.all_of(
        history.without(
            history.against(current, ">", week_ago, *by),
            history.against(current, "<=", yesterday, *by),
        ),
        promql.compared(current, ">=", factor * enough),
    )


def dropping(hourly: Labelled, factor: float, enough: int) -> Expression:
    """Return calls of the last hour where they are far fewer than a week ago, and than yesterday.

    A service that sends nothing at all has no series any more: for three days it counts as 0.
    A yesterday with few calls explains nothing, or a Monday's silence would pass for a Sunday's.
    """
    current, by = history.now_or_zero(hourly, _MEMORY), hourly.labels
    week_ago = promql.compared(history.before(hourly, WEEK_AGO), ">=", enough)
    yesterday = promql.compared(history.before(hourly, YESTERDAY), ">=", enough)
    return history.without(
        history.against(current, "<", history.divided(week_ago, factor), *by),
        history.against(current, ">=", history.divided(yesterday, factor), *by),
    )


def silent(hourly: Labelled, enough: int) -> Expression:
    """Return 0 where nobody sends anything, though a week ago at this hour somebody did."""
    total = promql.or_zero(history.summed(history.now(hourly)))
    usual = history.summed(history.before(hourly, WEEK_AGO))
    return promql.all_of(promql.compared(total, "<", 1), promql.compared(usual, ">=", enough))


def new_errors(hourly: Labelled, factor: float, enough: int) -> Expression:
    """Return errors of one type in the last hour where the mean hour of the day before had few."""
    current = history.now(hourly)
    day = history.hours(hourly, Scope(window=_DAY, by=hourly.labels), before=history.HOUR)
    usual = promql.zero_without(history.divided(promql.scaled(day, factor), 24), current)
    return promql.all_of(
        history.against(current, ">", usual), promql.compared(current, ">=", enough)
    )


def dearer(
    cost: Labelled, requests: Labelled, factor: float, enough: int, by: tuple[str, ...]
) -> Expression:
    """Return how many times as much a call costs as on the day before, where it is too much."""
    hour, day = Scope(window=history.HOUR, by=by), Scope(window=_DAY, by=by)
    current = promql.ratio(_last(cost, hour), _last(requests, hour))
    before = promql.ratio(
        history.hours(cost, day, before=history.HOUR),
        history.hours(requests, day, before=history.HOUR),
    )
    return promql.all_of(
        promql.compared(promql.ratio(current, before), ">", factor),
        promql.compared(_last(requests, hour), ">=", enough),
    )


def colder(
    cached: Labelled,
    tokens: Labelled,
    requests: Labelled,
    *,
    factor: float,
    worthwhile: float,
    enough: int,
    by: tuple[str, ...],
) -> Expression:
    """Return the share of input read from a cache where it fell far below that of the day before.

    A share that was below `worthwhile` is no loss.
    """
    hour, day = Scope(window=history.HOUR, by=by), Scope(window=_DAY, by=by)
    read = promql.equal(labels.KIND, labels.READ)
    given = promql.equal(labels.DIRECTION, labels.INPUT)
    input_now = history.summed(history.now(tokens, given), *by)
    read_now = promql.zero_without(history.summed(history.now(cached, read), *by), input_now)
    before = promql.ratio(
        history.hours(cached, day, read, before=history.HOUR),
        history.hours(tokens, day, given, before=history.HOUR),
    )
    return promql.all_of(
        history.against(
            promql.ratio(read_now, input_now),
            "<",
            history.divided(promql.compared(before, ">=", worthwhile), factor),
        ),
        promql.compared(_last(requests, hour), ">=", enough),
    )


def _last(hourly: Labelled, scope: Scope) -> Expression:
    return history.summed(history.now(hourly), *scope.by)
