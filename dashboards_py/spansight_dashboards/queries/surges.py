"""The last hour against earlier ones: of traffic, errors, cost of a call, and cache hits.

Traffic has weekends.  So it is compared with the same hour of yesterday and of a week ago, and only
what neither of them explains counts: on a Monday yesterday says nothing, on a holiday last week.
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
    """Return calls of the last hour where they are far more than in both earlier ones.

    A service without yesterday has no usual traffic, and so no surge.
    """
    current = history.now(hourly)
    usual = history.highest_of(
        {day: history.before(hourly, day) for day in (YESTERDAY, WEEK_AGO)}, *hourly.labels
    )
    return promql.all_of(
        history.against(current, ">", promql.scaled(usual, factor), *hourly.labels),
        promql.compared(current, ">=", factor * enough),
    )


def dropping(hourly: Labelled, factor: float, enough: int) -> Expression:
    """Return calls of the last hour where they are far fewer than in both earlier ones.

    A service that sends nothing at all has no series any more: for three days it counts as 0.
    """
    current = history.now_or_zero(hourly, _MEMORY)
    return history.against(
        current, "<", history.divided(_expected(hourly, enough), factor), *hourly.labels
    )


def silent(hourly: Labelled, enough: int) -> Expression:
    """Return 0 where nobody sends anything, though at this hour somebody always did."""
    total = promql.or_zero(history.summed(history.now(hourly)))
    usual = history.lowest_of(
        {
            YESTERDAY: _counting(history.summed(history.before(hourly, YESTERDAY)), enough),
            WEEK_AGO: history.summed(history.before(hourly, WEEK_AGO)),
        }
    )
    return promql.all_of(promql.compared(total, "<", 1), promql.compared(usual, ">=", enough))


def _expected(hourly: Labelled, enough: int) -> Expression:
    """Return the quieter of both hours, and nothing where either had too few calls to compare.

    Yesterday is left out where it had few, so that a Monday is compared with a Monday; a week ago
    is not, so that the Saturday of a service that rests then is not compared with a Friday.
    """
    usual = history.lowest_of(
        {
            YESTERDAY: _counting(history.before(hourly, YESTERDAY), enough),
            WEEK_AGO: history.before(hourly, WEEK_AGO),
        },
        *hourly.labels,
    )
    return promql.compared(usual, ">=", enough)


def _counting(expression: Expression, enough: int) -> Expression:
    return promql.compared(expression, ">=", enough)


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
