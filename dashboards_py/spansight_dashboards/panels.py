"""House panels, as plain JSON: the only importer of grafana-foundation-sdk.

Every panel has a title, a description that ends in what to do, a unit, a data source variable and a
text for "no traffic".  Ids and positions are given by `board`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any, Final, Literal, Protocol, Self, TypeVar

from grafana_foundation_sdk.builders import common, dashboard, prometheus, tempo, timeseries
from grafana_foundation_sdk.builders import gauge as gauges
from grafana_foundation_sdk.builders import heatmap as heatmaps
from grafana_foundation_sdk.builders import piechart as pies
from grafana_foundation_sdk.builders import stat as stats
from grafana_foundation_sdk.builders import table as tables
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models import units
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    BigValueGraphMode,
    DataSourceRef,
    GraphDrawStyle,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
    VisibilityMode,
)
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig, DynamicConfigValue
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.piechart import PieChartLegendValues, PieChartType
from grafana_foundation_sdk.models.prometheus import PromQueryFormat
from grafana_foundation_sdk.models.tempo import SearchTableType

from spansight_dashboards.links import Link
from spansight_dashboards.promql import Expression

Json = dict[str, Any]

COUNT: Final = units.Short
PER_MINUTE: Final = units.CountsPerMinute
SCORE: Final = units.Number
RATIO: Final = units.PercentUnit
SECONDS: Final = units.Seconds
USD: Final = units.Dollars
TEXT: Final = units.String

GREEN: Final = "green"
RED: Final = "red"


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


@dataclass(frozen=True, slots=True)
class Limits:
    """From which value on which colour holds, in ascending order; the first has no lower end."""

    steps: tuple[tuple[float | None, str], ...]


def above(bad: float, *, warn: float) -> Limits:
    """Return limits of a value that is bad from `bad` on, and close to it from `warn` on."""
    return Limits(((None, "green"), (warn, "orange"), (bad, "red")))


def mark(value: float) -> Limits:
    """Return the line at `value`, without a verdict on either side."""
    return Limits(((None, "transparent"), (value, "red")))


def noticed(value: float) -> Limits:
    """Return limits of a value that deserves a look from `value` on."""
    return Limits(((None, "green"), (value, "orange")))


def below(bad: float) -> Limits:
    """Return limits of a value that is bad below `bad`."""
    return Limits(((None, "red"), (bad, "green")))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a comparison: a value per row."""

    title: str
    expression: Expression
    unit: str
    decimals: int | None = None
    limits: Limits | None = None


def stat(about: About, query: Query, limits: Limits | None = None) -> Json:
    """One number over the whole range; its background is the verdict."""
    panel = (
        _described(stats.Panel(), about)
        .with_target(_instant(query))
        .reduce_options(_last_value())
        .graph_mode(BigValueGraphMode.NONE)
        .color_mode(BigValueColorMode.BACKGROUND if limits else BigValueColorMode.NONE)
        .thresholds(_thresholds(limits))
    )
    return _encoded(panel)


def gauge(about: About, query: Query, limits: Limits, *, full: float) -> Json:
    """One number against its limit, on a scale from 0 to `full`."""
    panel = (
        _described(gauges.Panel(), about)
        .with_target(_instant(query))
        .reduce_options(_last_value())
        .min(0)
        .max(full)
        .thresholds(_thresholds(limits))
    )
    return _encoded(panel)


def lines(
    about: About, *queries: Query, limits: Limits | None = None, full: float | None = None
) -> Json:
    """Series over time, up to `full`; a dashed line marks the limit."""
    panel = _over_time(about, queries).fill_opacity(5).line_width(2)
    if full is not None:
        panel = panel.max(full)
    if limits:
        style = common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED)
        panel = panel.thresholds(_thresholds(limits)).thresholds_style(style)
    return _encoded(panel)


def stack(about: About, *queries: Query, colors: Mapping[str, str] | None = None) -> Json:
    """Series over time, stacked as bars: their height is the total."""
    panel = (
        _over_time(about, queries)
        .draw_style(GraphDrawStyle.BARS)
        .fill_opacity(80)
        .line_width(0)
        .stacking(common.StackingConfig().mode(StackingMode.NORMAL))
    )
    for series, color in (colors or {}).items():
        fixed = {"mode": "fixed", "fixedColor": color}
        panel = panel.override_by_name(series, [DynamicConfigValue("color", fixed)])
    return _encoded(panel)


def heatmap(about: About, query: Query) -> Json:
    """Values over time by bucket; each dot is an exemplar: one call, whose trace opens."""
    target = _range(query).format(PromQueryFormat.HEATMAP)
    panel = (
        _described(heatmaps.Panel(), about)
        .with_target(target)
        .calculate(False)
        .color(heatmaps.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Oranges"))
        .filter_values(heatmaps.FilterValueRange().le(1e-9))
        .y_axis(heatmaps.YAxisConfig().unit(about.unit))
        .exemplars_color("rgba(31, 120, 193, 0.9)")
        .tooltip(heatmaps.HeatmapTooltip().mode(TooltipDisplayMode.SINGLE).y_histogram(True))
    )
    return _encoded(panel)


def pie(about: About, query: Query) -> Json:
    """Return the parts of a total over the whole range."""
    legend = (
        pies.PieChartLegendOptions()
        .display_mode(LegendDisplayMode.TABLE)
        .placement(LegendPlacement.BOTTOM)
        .show_legend(True)
        .values([PieChartLegendValues.VALUE, PieChartLegendValues.PERCENT])
    )
    panel = (
        _described(pies.Panel(), about)
        .with_target(_instant(query))
        .pie_type(PieChartType.DONUT)
        .reduce_options(_last_value())
        .legend(legend)
    )
    return _encoded(panel)


def comparison(about: About, by: str, columns: Sequence[Column], links: Sequence[Link]) -> Json:
    """One row per value of the label `by`, most of the first column on top; `links` start there."""
    panel = _described(tables.Panel(), about)
    names = {by: by.capitalize()}
    for letter, column in zip(ascii_uppercase, columns, strict=False):
        target = _instant(Query(column.expression)).format(PromQueryFormat.TABLE).ref_id(letter)
        panel = panel.with_target(target).override_by_name(column.title, _cell(column))
        names[f"Value #{letter}"] = column.title
    onward = [{"title": link.title, "url": link.url} for link in links]
    organized = {
        "excludeByName": {"Time": True},
        "indexByName": {name: place for place, name in enumerate(names)},
        "renameByName": names,
    }
    panel = (
        panel.override_by_name(names[by], [DynamicConfigValue("links", onward)])
        .with_transformation(DataTransformerConfig("merge", options={}))
        .with_transformation(DataTransformerConfig("organize", options=organized))
        .sort_by([common.TableSortByFieldState().display_name(columns[0].title).desc(True)])
    )
    return _encoded(panel)


def traces(about: About, traceql: str, *, limit: int, columns: Mapping[str, str]) -> Json:
    """Return the newest spans that match; `columns` names and orders fields."""
    target = (
        tempo.Dataquery()
        .datasource(_source("tempo"))
        .query_type("traceql")
        .query(traceql)
        .limit(limit)
        .table_type(SearchTableType.SPANS)
        .ref_id("A")
    )
    organized = {
        "indexByName": {name: place for place, name in enumerate(columns)},
        "renameByName": dict(columns),
    }
    panel = (
        _described(tables.Panel(), about)
        .datasource(_source("tempo"))
        .with_target(target)
        .with_transformation(DataTransformerConfig("organize", options=organized))
    )
    return _encoded(panel)


_NEUTRAL: Final = Limits(((None, "green"),))


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


def _described(panel: _P, about: About) -> _P:
    panel = (
        panel.title(about.title)
        .description(about.description)
        .unit(about.unit)
        .no_value(about.empty)
        .datasource(_source("prometheus"))
        .links([dashboard.DashboardLink(link.title).url(link.url) for link in about.links])
    )
    return panel if about.decimals is None else panel.decimals(about.decimals)


def _over_time(about: About, queries: Sequence[Query]) -> timeseries.Panel:
    legend = (
        common.VizLegendOptions()
        .display_mode(LegendDisplayMode.LIST)
        .placement(LegendPlacement.BOTTOM)
        .show_legend(True)
    )
    tooltip = common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING)
    panel = (
        _described(timeseries.Panel(), about)
        .legend(legend)
        .tooltip(tooltip)
        .show_points(VisibilityMode.AUTO)
        .min(0)
    )
    for letter, query in zip(ascii_uppercase, queries, strict=False):
        panel = panel.with_target(_range(query).ref_id(letter))
    return panel


def _range(query: Query) -> prometheus.Dataquery:
    return _target(query).range().exemplar(query.exemplars)


def _instant(query: Query) -> prometheus.Dataquery:
    return _target(query).instant()


def _target(query: Query) -> prometheus.Dataquery:
    return (
        prometheus.Dataquery()
        .datasource(_source("prometheus"))
        .expr(str(query.expression))
        .legend_format(query.legend)
        .ref_id("A")
    )


def _source(kind: Literal["prometheus", "tempo"]) -> DataSourceRef:
    return DataSourceRef(type_val=kind, uid=f"${{{kind}}}")


def _last_value() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"])


def _thresholds(limits: Limits | None) -> dashboard.ThresholdsConfig:
    config = dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE)
    return config.steps([model.Threshold(*step) for step in (limits or _NEUTRAL).steps])


def _cell(column: Column) -> list[DynamicConfigValue]:
    cell = [DynamicConfigValue("unit", column.unit)]
    if column.decimals is not None:
        cell.append(DynamicConfigValue("decimals", column.decimals))
    if column.limits is not None:
        steps = [{"value": value, "color": color} for value, color in column.limits.steps]
        cell.append(DynamicConfigValue("thresholds", {"mode": "absolute", "steps": steps}))
        cell.append(DynamicConfigValue("custom.cellOptions", {"type": "color-text"}))
    return cell


def _encoded(panel: Builder[model.Panel]) -> Json:
    return json.loads(JSONEncoder(sort_keys=True).encode(panel.build()))
