"""Panels of values over time, and of the parts of a total."""

from collections.abc import Mapping, Sequence
from string import ascii_uppercase

from grafana_foundation_sdk.builders import bargauge as bargauges
from grafana_foundation_sdk.builders import common, timeseries
from grafana_foundation_sdk.builders import heatmap as heatmaps
from grafana_foundation_sdk.builders import piechart as pies
from grafana_foundation_sdk.models.common import (
    BarGaugeDisplayMode,
    GraphDrawStyle,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
    VisibilityMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode, HeatmapColorScale
from grafana_foundation_sdk.models.piechart import PieChartLegendValues, PieChartType

from spansight_dashboards.panels.parts import (
    AMOUNT,
    PLAIN,
    About,
    Json,
    Limits,
    LogQuery,
    Query,
    at_the_end,
    by_bucket,
    described,
    encoded,
    last_value,
    over_time,
    thresholds,
)

Asked = Query | LogQuery


def lines(
    about: About, *queries: Asked, limits: Limits | None = None, full: float | None = None
) -> Json:
    """Return series over time, up to `full`; a dashed line marks the limit."""
    panel = _series(about, queries).fill_opacity(5).line_width(2)
    if full is not None:
        panel = panel.max(full)
    if limits:
        style = common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED)
        panel = panel.thresholds(thresholds(limits)).thresholds_style(style)
    return encoded(panel)


def stack(
    about: About, *queries: Asked, colors: Mapping[str, str] | None = None, lasting: str = ""
) -> Json:
    """Return series over time, stacked as bars: their height is the total.

    `lasting` is a time range of its own, whatever the board's.
    """
    panel = (
        _series(about, queries)
        .draw_style(GraphDrawStyle.BARS)
        .fill_opacity(80)
        .line_width(0)
        .stacking(common.StackingConfig().mode(StackingMode.NORMAL))
    )
    if lasting:
        panel = panel.time_from(lasting)
    for series, color in (colors or {}).items():
        fixed = {"mode": "fixed", "fixedColor": color}
        panel = panel.override_by_name(series, [DynamicConfigValue("color", fixed)])
    return encoded(panel)


def heatmap(about: About, query: Query) -> Json:
    """Return counts over time by bucket, whose bounds have the unit; a dot is one call's trace."""
    # Without steps and an exponent of its own, the SDK's zeros paint every cell transparent.
    shades = (
        heatmaps.HeatmapColorOptions()
        .mode(HeatmapColorMode.SCHEME)
        .scheme("Oranges")
        .scale(HeatmapColorScale.EXPONENTIAL)
        .exponent(0.5)
        .steps(64)
    )
    panel = (
        described(heatmaps.Panel(), about, source="prometheus")
        .with_target(by_bucket(query))
        .calculate(False)
        .color(shades)
        .cell_values(heatmaps.CellValues().unit(AMOUNT))
        .filter_values(heatmaps.FilterValueRange().le(1e-9))
        .y_axis(heatmaps.YAxisConfig().unit(about.unit))
        .exemplars_color("rgba(31, 120, 193, 0.9)")
        .tooltip(heatmaps.HeatmapTooltip().mode(TooltipDisplayMode.SINGLE).y_histogram(True))
    )
    return encoded(panel)


def bars(about: About, query: Query) -> Json:
    """Return a total over the whole time range by what it is made of, as bars side by side."""
    panel = (
        described(bargauges.Panel(), about, source="prometheus")
        .with_target(at_the_end(query))
        .reduce_options(last_value())
        .orientation(VizOrientation.HORIZONTAL)
        .display_mode(BarGaugeDisplayMode.BASIC)
        .show_unfilled(False)
        .min(0)
        .thresholds(thresholds(PLAIN))
    )
    return encoded(panel)


def pie(about: About, query: Query) -> Json:
    """Return the parts of a total over the whole time range."""
    legend = (
        pies.PieChartLegendOptions()
        .display_mode(LegendDisplayMode.TABLE)
        .placement(LegendPlacement.BOTTOM)
        .show_legend(True)
        .values([PieChartLegendValues.VALUE, PieChartLegendValues.PERCENT])
    )
    panel = (
        described(pies.Panel(), about, source="prometheus")
        .with_target(at_the_end(query))
        .pie_type(PieChartType.DONUT)
        .reduce_options(last_value())
        .legend(legend)
    )
    return encoded(panel)


def _series(about: About, queries: Sequence[Asked]) -> timeseries.Panel:
    legend = (
        common.VizLegendOptions()
        .display_mode(LegendDisplayMode.LIST)
        .placement(LegendPlacement.BOTTOM)
        .show_legend(True)
    )
    tooltip = common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING)
    panel = (
        described(timeseries.Panel(), about, source=queries[0].source)
        .legend(legend)
        .tooltip(tooltip)
        .show_points(VisibilityMode.AUTO)
        .min(0)
    )
    for letter, query in zip(ascii_uppercase, queries, strict=False):
        panel = panel.with_target(over_time(query, letter))
    return panel
