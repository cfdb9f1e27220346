"""What all house panels share: words, queries, limits, colours, data sources."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, Protocol, Self, TypeVar

from grafana_foundation_sdk.builders import common, dashboard, loki, prometheus
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models import units
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from spansight_dashboards.links import Link
from spansight_dashboards.promql import Expression

Json = dict[str, Any]

COUNT: Final = units.LocaleFormat
"""Every digit: 3,012."""
AMOUNT: Final = units.Short
"""Rounded: 3.01 K."""
REQUESTS_PER_MINUTE: Final = units.RequestsPerMinute
TOKENS_PER_SECOND: Final = "suffix: tok/s"
RATIO: Final = units.PercentUnit
SCORE: Final = units.Number
SECONDS: Final = units.Seconds
USD: Final = units.Dollars
TIMES: Final = "suffix:×"
BYTES: Final = units.BytesIEC
TEXT: Final = units.String

Summary = Literal["count", "distinct", "sum", "min"]
"""How many rows, how many different values, or what of the values."""

CALCULATIONS: Final[Mapping[Summary, str]] = {
    "count": "count",
    "distinct": "distinctCount",
    "sum": "sum",
    "min": "min",
}
"""What Grafana calls them."""

Source = Literal["prometheus", "tempo", "loki"]

GREEN: Final = "green"
ORANGE: Final = "orange"
RED: Final = "red"

NOTHING: Final = "-"
"""An empty cell of a table."""

_CLOSER: Final = 2
"""Digits after those of its limit with which a score tells on which side of it it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a reader is told: what the panel shows, in which unit, and where to go on from it."""

    title: str
    description: str
    unit: str
    decimals: int | None = None
    empty: str = "No traffic"
    links: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a panel and the name of its series; `{{label}}` in it is the label's value."""

    expression: Expression
    legend: str = ""
    exemplars: bool = False
    step: str = ""
    """The least time between two points; Grafana's own choice when empty."""

    source: ClassVar[Source] = "prometheus"


@dataclass(frozen=True, slots=True)
class LogQuery:
    """The same of numbers that Loki works out of events, in LogQL."""

    logql: str
    legend: str = ""

    source: ClassVar[Source] = "loki"


@dataclass(frozen=True, slots=True)
class Limits:
    """From which value on which colour holds, in ascending order; the first has no lower end."""

    steps: tuple[tuple[float | None, str], ...]


NEUTRAL: Final = Limits(((None, GREEN),))


PLAIN: Final = Limits(((None, "blue"),))


ANY: Final = Limits(((None, GREEN), (0.5, ORANGE)))
"""One is enough to look at, which increase() may read as a fraction."""


def above(bad: float, *, warn: float | None = None) -> Limits:
    """Return limits of a value that is bad from `bad` on.

    It is close to it from `warn` on, or from four fifths of it.
    """
    close = round(0.8 * bad if warn is None else warn, 9)
    return Limits(((None, GREEN), (close, ORANGE), (bad, RED)))


def below(bad: float) -> Limits:
    """Return limits of a value that is bad below `bad`."""
    return Limits(((None, RED), (bad, GREEN)))


def mark(value: float) -> Limits:
    """Return a line at `value`, without a verdict on either side."""
    return Limits(((None, "transparent"), (value, RED)))


def told_apart(unit: str, limits: Limits | None, decimals: int | None) -> int | None:
    """Return the decimals of a value that is painted by limits.

    0.798 must not read as 0.80 and be red, while 0.80 is the limit.
    """
    if unit != SCORE or limits is None:
        return decimals
    ends = (f"{value:g}".partition(".")[2] for value, _ in limits.steps if value is not None)
    return max(decimals or 0, *(len(digits) + _CLOSER for digits in ends))


class _Panel(Protocol):
    """What every panel builder of the SDK can be told."""

    def title(self, title: str) -> Self: ...
    def description(self, description: str) -> Self: ...
    def unit(self, unit: str) -> Self: ...
    def decimals(self, decimals: float) -> Self: ...
    def no_value(self, no_value: str) -> Self: ...
    def datasource(self, datasource: DataSourceRef) -> Self: ...
    def links(self, links: list[Builder[model.DashboardLink]]) -> Self: ...


_P = TypeVar("_P", bound=_Panel)


def described(panel: _P, about: About, *, source: Source) -> _P:
    """Return the panel with its words, unit, links and data source."""
    panel = (
        panel.title(about.title)
        .description(about.description)
        .unit(about.unit)
        .no_value(about.empty)
        .datasource(chosen(source))
        .links([dashboard.DashboardLink(link.title).url(link.url) for link in about.links])
    )
    return panel if about.decimals is None else panel.decimals(about.decimals)


def over_time(query: Query | LogQuery, letter: str = "A") -> Builder[Dataquery]:
    if isinstance(query, LogQuery):
        target = loki.Dataquery().datasource(chosen("loki")).query_type("range")
        return target.expr(query.logql).legend_format(query.legend).ref_id(letter)
    target = _target(query).range().exemplar(query.exemplars).ref_id(letter)
    return target.interval(query.step) if query.step else target


def by_bucket(query: Query) -> prometheus.Dataquery:
    """Return the query of a histogram's buckets over time."""
    return _target(query).range().exemplar(query.exemplars).format(PromQueryFormat.HEATMAP)


def at_the_end(query: Query) -> prometheus.Dataquery:
    """Return the query for one instant, the end of the time range."""
    return _target(query).instant()


def _target(query: Query) -> prometheus.Dataquery:
    return (
        prometheus.Dataquery()
        .datasource(chosen("prometheus"))
        .expr(str(query.expression))
        .legend_format(query.legend)
        .ref_id("A")
    )


def chosen(kind: Source) -> DataSourceRef:
    """Return the data source that the board's variable of that name holds."""
    return DataSourceRef(type_val=kind, uid=f"${{{kind}}}")


def thresholds(limits: Limits) -> dashboard.ThresholdsConfig:
    config = dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE)
    return config.steps([model.Threshold(*step) for step in limits.steps])


def grey_without_value(text: str) -> model.SpecialValueMap:
    """Keep "no traffic" from being painted as good news, or as bad."""
    result = model.ValueMappingResult(text=text, color="#6e6e6e")
    return model.SpecialValueMap(
        options=model.DashboardSpecialValueMapOptions(
            match=model.SpecialValueMatch.NULL_AND_NAN, result=result
        )
    )


def last_value() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"])


def encoded(panel: Builder[model.Panel]) -> Json:
    return json.loads(JSONEncoder(sort_keys=True).encode(panel.build()))
