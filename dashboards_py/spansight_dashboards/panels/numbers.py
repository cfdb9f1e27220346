"""Panels of one number over the whole time range; a click on the number leads on.

A link beside the title would cost such a small panel half of its title.
"""

from collections.abc import Sequence
from dataclasses import replace

from grafana_foundation_sdk.builders import gauge as gauges
from grafana_foundation_sdk.builders import stat as stats
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.common import BigValueColorMode, BigValueGraphMode

from spansight_dashboards.panels import tables
from spansight_dashboards.panels.parts import (
    CALCULATIONS,
    NEUTRAL,
    About,
    Json,
    Limits,
    Query,
    Summary,
    at_the_end,
    described,
    encoded,
    grey_without_value,
    last_value,
    thresholds,
    told_apart,
)
from spansight_dashboards.panels.tables import Field


def stat(about: About, query: Query, limits: Limits | None = None) -> Json:
    """Return a number; with limits, its background is the verdict."""
    panel = (
        described(stats.Panel(), _beside(about, limits), source="prometheus")
        .with_target(at_the_end(query))
        .reduce_options(last_value())
        .graph_mode(BigValueGraphMode.NONE)
        .color_mode(BigValueColorMode.BACKGROUND if limits else BigValueColorMode.NONE)
        .thresholds(thresholds(limits or NEUTRAL))
        .mappings([grey_without_value(about.empty)])
    )
    return _leading_on(panel, about)


def found(
    about: About,
    traceql: str,
    fields: Sequence[Field],
    field: str,
    how: Summary,
    *,
    limit: int,
) -> Json:
    """Return what one field of the newest spans that match adds up to."""
    panel = (
        described(stats.Panel(), _beside(about, None), source="tempo")
        .with_target(tables.found(traceql, limit=limit))
        .reduce_options(last_value().calcs([CALCULATIONS[how]]).fields(f"/^{field}$/"))
        .graph_mode(BigValueGraphMode.NONE)
        .color_mode(BigValueColorMode.NONE)
    )
    for transformation in tables.as_fields(fields):
        panel = panel.with_transformation(transformation)
    return _leading_on(panel, about)


def gauge(about: About, query: Query, limits: Limits, *, full: float) -> Json:
    """Return a number against its limit, on a scale from 0 to `full`."""
    panel = (
        described(gauges.Panel(), _beside(about, limits), source="prometheus")
        .with_target(at_the_end(query))
        .reduce_options(last_value())
        .min(0)
        .max(full)
        .thresholds(thresholds(limits))
    )
    return _leading_on(panel, about)


def _beside(about: About, limits: Limits | None) -> About:
    """Return what is told of a number: it leads on itself, and is told apart from its limits."""
    return replace(about, links=(), decimals=told_apart(about.unit, limits, about.decimals))


def _leading_on(panel: Builder[model.Panel], about: About) -> Json:
    plain = encoded(panel)
    onward = [{"title": link.title, "url": link.url} for link in about.links]
    plain["fieldConfig"]["defaults"]["links"] = onward
    return plain
