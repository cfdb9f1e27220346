"""PromQL over recorded series and over time: sums of hours, earlier days, what was there before.

Beside `promql`, which asks for metrics as they are: here the series exist already, once a minute.
"""

from collections.abc import Iterable
from textwrap import indent
from typing import Final, Literal

from spansight_dashboards import promql
from spansight_dashboards.promql import Expression, Labelled, Matcher, Precedence, Scope

HOUR: Final = "1h"
"""Step of a sum of hours: a series of what happened in the last hour is added up hour by hour."""

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(window: str) -> int:
    """Return the length of a window such as 30m."""
    return int(window[:-1]) * _UNITS[window[-1]]


def hours(series: Labelled, scope: Scope, *where: Matcher, before: str = "") -> Expression:
    """Return the sum over the window of a series that says what happened in the last hour."""
    selected = f"{_selected(series, where)}[{scope.window}:{HOUR}]{_offset(before)}"
    return summed(Expression(f"sum_over_time({selected})"), *scope.by)


def over(series: Labelled, scope: Scope, *where: Matcher) -> Expression:
    """Return the sum of a series' samples in the window: of two such sums only the ratio counts."""
    return Expression(f"sum_over_time({_selected(series, where)}[{scope.window}])")


def now(series: Labelled, *where: Matcher) -> Expression:
    return Expression(_selected(series, where))


def lowest_over(series: Labelled, window: str) -> Expression:
    """Return the lowest value in the window: what is above 0 was never 0."""
    return Expression(f"min_over_time({series.prometheus}[{window}])")


def lowest_of(expression: Expression, window: str, step: str) -> Expression:
    """Return the lowest value that an expression had in the window."""
    inner = indent(str(expression), "  ")
    return Expression(f"min_over_time((\n{inner}\n)[{window}:{step}])")


def remembered(series: Labelled, window: str, *where: Matcher) -> Expression:
    """Return the last value, though the series may have ended within the window."""
    return Expression(f"last_over_time({_selected(series, where)}[{window}])")


def highest_over(series: Labelled, window: str, *where: Matcher) -> Expression:
    """Return the highest of the window's hours: something wherever there was something."""
    return Expression(f"max_over_time({_selected(series, where)}[{window}:{HOUR}])")


def now_or_zero(series: Labelled, window: str) -> Expression:
    """Return a series, and 0 for `window` after it has ended."""
    return promql.zero_without(now(series), remembered(series, window))


def busy_hours(series: Labelled, window: str) -> Expression:
    """Return in how many hours of the window something happened."""
    return Expression(f"count_over_time(({series.prometheus} > 0)[{window}:{HOUR}])")


def summed(expression: Expression, *by: str) -> Expression:
    return _aggregated("sum", expression, by)


def counted(expression: Expression) -> Expression:
    """Return how many series there are; nothing where there is none."""
    return _aggregated("count", expression, ())


def before(series: Labelled, offset: str) -> Expression:
    """Return a series as it was."""
    return Expression(f"{series.prometheus}{_offset(offset)}")


def against(
    one: Expression, operator: Literal[">", "<", ">=", "<="], other: Expression, *on: str
) -> Expression:
    """Return the first where it is above, or below, the second with the same labels."""
    labels = f" on ({', '.join(on)})" if on else ""
    left = one.within(Precedence.COMPARISON)
    # A comparison's right side is in parentheses: it may be one itself.
    right = other.within(Precedence.SUM)
    return Expression(f"{left}\n{operator}{labels}\n{right}", Precedence.COMPARISON)


def divided(expression: Expression, divisor: float) -> Expression:
    return Expression(f"{expression.within(Precedence.PRODUCT)} / {divisor:g}", Precedence.PRODUCT)


def constant(value: float, like: Expression | None = None) -> Expression:
    """Return a value: one for each series of `like`, or one without labels."""
    if like is None:
        return Expression(f"vector({value:g})")
    return Expression(f"{promql.scaled(like, 0)} + {value:g}", Precedence.SUM)


def absent(series: Labelled, *where: Matcher) -> Expression:
    """Return 1 where there is no such series at all."""
    return Expression(f"absent({_selected(series, where)})")


def age(series: Labelled, window: str, *by: str) -> Expression:
    """Return the seconds since the latest moment that a series told within the window."""
    latest = _aggregated("max", remembered(series, window), by)
    return Expression(f"time() - {latest}", Precedence.SUM)


def without(expression: Expression, other: Expression, *on: str) -> Expression:
    """Return the expression where the other has no series with the same labels."""
    labels = f" on ({', '.join(on)})" if on else ""
    left, right = expression.within(Precedence.AND), other.within(Precedence.COMPARISON)
    return Expression(f"{left}\nunless{labels}\n{right}", Precedence.AND)


def where(expression: Expression, other: Expression, *on: str) -> Expression:
    """Return the expression where the other has a series with the same values of these labels."""
    left, right = expression.within(Precedence.AND), other.within(Precedence.COMPARISON)
    return Expression(f"{left}\nand on ({', '.join(on)})\n{right}", Precedence.AND)


def _aggregated(operator: str, expression: Expression, by: Iterable[str]) -> Expression:
    names = f" by ({', '.join(by)}) " if by else ""
    return Expression(f"{operator}{names}(\n{indent(str(expression), '  ')}\n)")


def _selected(series: Labelled, where: Iterable[Matcher]) -> str:
    return str(promql.latest(series, Scope(tuple(where))))


def _offset(offset: str) -> str:
    return f" offset {offset}" if offset else ""
