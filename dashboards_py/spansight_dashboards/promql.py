"""Small typed builders of PromQL: the one place that knows its syntax.

A builder refuses a label that its metric does not carry, so that a renamed label breaks the build,
not a panel.  A matcher of the scope that the metric cannot satisfy is left out instead: one set of
dashboard variables serves every metric.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from textwrap import indent
from typing import Literal, Protocol, Self

from spansight.conventions import labels
from spansight.conventions.metrics import Metric


class Precedence(IntEnum):
    """How strongly an expression's outermost operator binds, weakest first."""

    OR = 1
    AND = 2
    COMPARISON = 3
    SUM = 4
    PRODUCT = 5
    ATOM = 6


@dataclass(frozen=True, slots=True)
class Expression:
    """A piece of PromQL, laid out over lines for people to read."""

    text: str
    precedence: Precedence = Precedence.ATOM

    def __str__(self) -> str:
        return self.text

    @property
    def inline(self) -> str:
        """The same on one line."""
        return " ".join(self.text.split())

    def within(self, operator: Precedence) -> str:
        """Return the text as an operand, in parentheses where `operator` binds more strongly."""
        return self.text if self.precedence >= operator else _call("", self.text)


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on a label."""

    label: str
    operator: Literal["=", "!=", "=~", "!~"]
    value: str

    def __str__(self) -> str:
        return f'{self.label}{self.operator}"{self.value}"'


@dataclass(frozen=True, slots=True)
class Scope:
    """Which series a query reads, over which window, and by which labels it answers."""

    matchers: tuple[Matcher, ...] = ()
    window: str = ""
    by: tuple[str, ...] = ()
    begins: bool = False
    """Whether the window begins at the instant it is told for, instead of ending there."""

    def over(self, window: str) -> Self:
        """Return the same scope over another window."""
        return replace(self, window=window)

    def beginning(self, window: str) -> Self:
        """Return the same scope over the window that begins at each instant."""
        return replace(self, window=window, begins=True)

    def where(self, *matchers: Matcher) -> Self:
        """Return the same scope with more conditions."""
        return replace(self, matchers=(*matchers, *self.matchers))

    def per(self, *by: str) -> Self:
        """Return the same scope, answering once per combination of these labels."""
        return replace(self, by=by)


class Labelled(Protocol):
    """A metric or a recorded series, as far as a selector cares."""

    @property
    def prometheus(self) -> str: ...

    @property
    def labels(self) -> tuple[str, ...]: ...


def equal(label: str, value: str) -> Matcher:
    return Matcher(label, "=", value)


def rate(metric: Metric, scope: Scope, *where: Matcher) -> Expression:
    """Return events per second: of a counter its increase, of a histogram its observations."""
    return _sum(metric, scope, f"rate({_ranged(metric, _events(metric), scope, where)})")


def increase(metric: Metric, scope: Scope, *where: Matcher) -> Expression:
    """Return events in the window: an estimate, which may be a fraction."""
    return _sum(metric, scope, f"increase({_ranged(metric, _events(metric), scope, where)})")


def counted(series: Labelled, scope: Scope, *where: Matcher) -> Expression:
    """Return the increase of another system's counter, which is named as it is."""
    _checked(series, (matcher.label for matcher in where))
    selected = f"{series.prometheus}{_selector(series, (*where, *scope.matchers))}"
    return _by(_checked(series, scope.by), f"increase({selected}[{scope.window}])")


def total(series: Labelled, scope: Scope, *where: Matcher) -> Expression:
    """Return the sum of another system's series as it is, of a counter since its start."""
    _checked(series, (matcher.label for matcher in where))
    selected = f"{series.prometheus}{_selector(series, (*where, *scope.matchers))}"
    return _by(_checked(series, scope.by), selected)


def appeared(series: Labelled, scope: Scope, *where: Matcher) -> Expression:
    """Return another system's counter while it is younger than the window.

    Without a start time its first value is no increase: of one burst nothing else would be seen.
    """
    _checked(series, (matcher.label for matcher in where))
    selected = f"{series.prometheus}{_selector(series, (*where, *scope.matchers))}"
    return _by(_checked(series, scope.by), f"{selected}\nunless\n{selected} offset {scope.window}")


def series_count(metric: Metric, scope: Scope) -> Expression:
    """Return how many series a metric has."""
    names = ", ".join(_checked(metric, scope.by))
    return Expression(
        _call(f"count by ({names}) ", f"{_events(metric)}{_selector(metric, scope.matchers)}")
    )


def buckets(metric: Metric, scope: Scope) -> Expression:
    """Return observations in the window by bucket, for a heatmap."""
    return _by((labels.BUCKET,), f"increase({_ranged(metric, metric.bucket, scope)})")


def quantile(fraction: float, metric: Metric, scope: Scope) -> Expression:
    """Return a quantile in the metric's unit; NaN where nothing was observed."""
    by = (*_checked(metric, scope.by), labels.BUCKET)
    rates = _by(by, f"rate({_ranged(metric, metric.bucket, scope)})")
    return Expression(_call("histogram_quantile", f"{fraction:g},\n{rates}"))


def share_within(bound: float, metric: Metric, scope: Scope) -> Expression:
    """Return the share of observations up to `bound`, which is one of the metric's buckets."""
    return ratio(rate_within(bound, metric, scope), rate(metric, scope))


def rate_within(bound: float, metric: Metric, scope: Scope, *where: Matcher) -> Expression:
    """Return observations per second up to `bound`, which is one of the metric's buckets."""
    if bound not in metric.buckets:
        known = ", ".join(f"{each:g}" for each in metric.buckets)
        raise ValueError(f"{metric.prometheus}: {bound:g} is no bound of its; they are {known}")
    # Prometheus 3 writes a whole number as 3.0, Prometheus 2 as 3.
    bucket = Matcher(labels.BUCKET, "=~", f"{bound:g}([.]0)?")
    selected = f"{metric.bucket}{_selector(metric, (*where, *scope.matchers), bucket)}"
    return _by(_checked(metric, scope.by), f"rate({selected}[{scope.window}])")


def mean(metric: Metric, scope: Scope, *where: Matcher) -> Expression:
    """Return the mean of a histogram's observations; nothing where there were none."""
    total = _sum(metric, scope, f"rate({_ranged(metric, metric.sum, scope, where)})")
    return ratio(total, rate(metric, scope, *where))


def latest(series: Labelled, scope: Scope) -> Expression:
    """Return a gauge as it is."""
    return Expression(f"{series.prometheus}{_selector(series, scope.matchers)}")


def ratio(part: Expression, whole: Expression) -> Expression:
    """Return part ÷ whole; nothing where the whole is zero: no traffic is no ratio, not NaN."""
    divisor = compared(whole, ">", 0).within(Precedence.ATOM)
    return Expression(f"{part.within(Precedence.PRODUCT)}\n/\n{divisor}", Precedence.PRODUCT)


def zero_without(part: Expression, whole: Expression) -> Expression:
    """Return `part`, and 0 where only `whole` has a value.

    A series appears with its first event: without this, "no error yet" would read as "no data".
    """
    return any_of(part, scaled(whole, 0))


def or_zero(expression: Expression) -> Expression:
    """Return the expression, and 0 without it: a counter of losses appears with the first loss."""
    return any_of(expression, Expression("vector(0)"))


def or_named_zero(expression: Expression, label: str, value: str) -> Expression:
    """Return the expression, and without it a 0 whose label has something to read."""
    zero = Expression(f'label_replace(vector(0), "{label}", "{value}", "", "")')
    return any_of(expression, zero)


def added(*parts: Expression) -> Expression:
    """Return the sum of parts that all have a value."""
    terms = (part.within(Precedence.SUM) for part in parts)
    return Expression("\n+\n".join(terms), Precedence.SUM)


def number(value: float) -> Expression:
    return Expression(f"{value:g}")


def subtracted(whole: Expression, part: Expression) -> Expression:
    """Return whole - part, where both have a value."""
    taken = part.within(Precedence.PRODUCT)
    return Expression(f"{whole.within(Precedence.SUM)}\n-\n{taken}", Precedence.SUM)


def multiplied(one: Expression, other: Expression) -> Expression:
    factor = other.within(Precedence.ATOM)
    return Expression(f"{one.within(Precedence.PRODUCT)}\n*\n{factor}", Precedence.PRODUCT)


def highest(expression: Expression, *by: str) -> Expression:
    """Return the highest value, or that of each combination of these labels."""
    names = f"max by ({', '.join(by)}) " if by else "max"
    return Expression(_call(names, expression.text))


def scaled(expression: Expression, factor: float) -> Expression:
    return Expression(f"{expression.within(Precedence.PRODUCT)} * {factor:g}", Precedence.PRODUCT)


def compared(
    expression: Expression, operator: Literal[">", ">=", "<", "=="], bound: float
) -> Expression:
    left = expression.within(Precedence.COMPARISON)
    return Expression(f"{left} {operator} {bound:.12g}", Precedence.COMPARISON)


def rounded(expression: Expression, to: float) -> Expression:
    return Expression(_call("round", f"{expression},\n{to:g}"))


def defined(expression: Expression) -> Expression:
    """Return what is not NaN of an expression that is never negative."""
    return compared(expression, ">=", 0)


def all_of(*conditions: Expression) -> Expression:
    """Return the series of the first condition where the others hold for the same labels."""
    return Expression(
        "\nand\n".join(condition.within(Precedence.AND) for condition in conditions),
        Precedence.AND,
    )


def any_of(*conditions: Expression) -> Expression:
    """Return the first condition that holds."""
    return Expression(
        "\nor\n".join(condition.within(Precedence.OR) for condition in conditions), Precedence.OR
    )


def lowest(expression: Expression) -> Expression:
    return Expression(_call("min", expression.text))


def top(count: int, expression: Expression) -> Expression:
    return Expression(_call("topk", f"{count},\n{expression}"))


def label_values(metric: Metric, label: str, matchers: Iterable[Matcher]) -> str:
    """Return Grafana's query for the values that a label of a metric has."""
    _checked(metric, (label,))
    return f"label_values({_events(metric)}{_selector(metric, matchers)}, {label})"


def firing(alerts: Iterable[str], *where: Matcher) -> Expression:
    """Return Prometheus' own series of these alerts, while they fire."""
    matchers = (
        Matcher("alertname", "=~", "|".join(alerts)),
        equal("alertstate", "firing"),
        *where,
    )
    return Expression(f"ALERTS{{{', '.join(map(str, matchers))}}}")


def _sum(metric: Metric, scope: Scope, inner: str) -> Expression:
    return _by(_checked(metric, scope.by), inner)


def _by(names: tuple[str, ...], inner: str) -> Expression:
    return Expression(_call(f"sum by ({', '.join(names)}) " if names else "sum", inner))


def _call(function: str, argument: str) -> str:
    return f"{function}(\n{indent(argument, '  ')}\n)"


def _events(metric: Metric) -> str:
    return metric.prometheus if metric.kind == "counter" else metric.count


def _ranged(metric: Metric, name: str, scope: Scope, where: tuple[Matcher, ...] = ()) -> str:
    _checked(metric, (matcher.label for matcher in where))
    ahead = f" offset -{scope.window}" if scope.begins else ""
    return f"{name}{_selector(metric, (*where, *scope.matchers))}[{scope.window}]{ahead}"


def _selector(series: Labelled, matchers: Iterable[Matcher], *own: Matcher) -> str:
    known = [str(matcher) for matcher in own]
    known += [str(matcher) for matcher in matchers if matcher.label in series.labels]
    return f"{{{', '.join(known)}}}" if known else ""


def _checked(series: Labelled, names: Iterable[str]) -> tuple[str, ...]:
    names = tuple(names)
    if unknown := [name for name in names if name not in series.labels]:
        raise ValueError(
            f"{series.prometheus} has no label {', '.join(unknown)!r}; "
            f"it has {', '.join(series.labels)}"
        )
    return names
