"""Panels of rows: values compared, and calls to open."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any, Final

from grafana_foundation_sdk.builders import common, tempo
from grafana_foundation_sdk.builders import table as tables
from grafana_foundation_sdk.models.dashboard import DataTransformerConfig, DynamicConfigValue
from grafana_foundation_sdk.models.prometheus import PromQueryFormat
from grafana_foundation_sdk.models.tempo import SearchTableType

from spansight.conventions import attributes
from spansight_dashboards.links import Link
from spansight_dashboards.panels.parts import (
    CALCULATIONS,
    GREEN,
    NOTHING,
    RED,
    About,
    Json,
    Limits,
    Query,
    Summary,
    at_the_end,
    chosen,
    described,
    encoded,
    grey_without_value,
    told_apart,
)
from spansight_dashboards.promql import Expression

_NARROWEST: Final = 75
_NARROW: Final = 165
_WIDE: Final = 200
"""Pixels."""

_ROOM: Final = {
    "Span ID": 155,
    "Start time": 180,
    "Trace Service": 110,
    attributes.REQUEST_MODEL: 170,
    attributes.COST_USD: 90,
}
"""Source of a field → how many pixels its longest values take."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a comparison: a value per row."""

    title: str
    expression: Expression
    unit: str
    decimals: int | None = None
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a list of spans; `source` is the name that Grafana gives to it."""

    source: str
    title: str
    unit: str = ""
    """Empty where the value is text."""
    decimals: int | None = None
    width: int | None = None
    """In pixels; without one, what its source is known to take, or a share of what is left."""
    empty: str = NOTHING
    """What stands in a cell without a value."""


@dataclass(frozen=True, slots=True)
class Group:
    """Spans added up: by which field, which of the others how, and where a click leads."""

    by: str
    summaries: Mapping[str, Summary]
    link: Link


_SUMMARIES: Final = {"Span": "Calls", "Start": "First call"}
"""What a field is called once it is added up, where that is another thing."""


SPAN: Final = Field("Span ID", "Span")
"""What every list of spans begins with: a click on it opens the trace."""


def comparison(
    about: About, by: Sequence[str], columns: Sequence[Column], links: Sequence[Link]
) -> Json:
    """Return a row per combination of the labels `by`, most of the first column on top.

    A click on the first label's value follows `links`.
    """
    panel = described(tables.Panel(), about, source="prometheus").min_width(_NARROWEST)
    names = {label: label.replace("_", " ").capitalize() for label in by}
    for letter, column in zip(ascii_uppercase, columns, strict=False):
        target = at_the_end(Query(column.expression)).format(PromQueryFormat.TABLE).ref_id(letter)
        panel = panel.with_target(target).override_by_name(column.title, _cell(column))
        names[f"Value #{letter}"] = column.title
    onward = [{"title": link.title, "url": link.url} for link in links]
    width = _width(_WIDE if len(by) == 1 else _NARROW)
    panel = (
        panel.override_by_name(names[by[0]], [DynamicConfigValue("links", onward), width])
        .with_transformation(DataTransformerConfig("merge", options={}))
        .with_transformation(_organized(names, hidden=("Time",)))
        .sort_by([common.TableSortByFieldState().display_name(columns[0].title).desc(True)])
    )
    return encoded(panel)


def spans(
    about: About, traceql: str, fields: Sequence[Field], *, limit: int, most: str = ""
) -> Json:
    """Return the newest spans that match; a click on one opens its trace.

    The field `most` sorts them; without one, they stand as they come, newest first.
    """
    panel = (
        described(tables.Panel(), about, source="tempo")
        .with_target(found(traceql, limit=limit))
        .min_width(_NARROWEST)
        .override_by_name("Status", _STATUS)
        .override_by_regexp("/traceIdHidden$/", _HIDDEN)
    )
    for transformation in as_fields(fields):
        panel = panel.with_transformation(transformation)
    for field in fields:
        panel = panel.override_by_name(field.title, _span_cell(field))
    if most:
        panel = panel.sort_by([common.TableSortByFieldState().display_name(most).desc(True)])
    return encoded(panel)


def grouped(
    about: About, traceql: str, fields: Sequence[Field], group: Group, *, limit: int
) -> Json:
    """Return a row per value of a field of the newest spans that match, with what they add up to.

    A click on that value follows the group's link.
    """
    panel = (
        described(tables.Panel(), about, source="tempo")
        .with_target(found(traceql, limit=limit))
        .min_width(_NARROWEST)
    )
    for transformation in (*as_fields(fields), _group(group)):
        panel = panel.with_transformation(transformation)
    onward = [{"title": group.link.title, "url": group.link.url}]
    (named,) = (field for field in fields if field.title == group.by)
    onward_from = DynamicConfigValue("links", onward)
    panel = panel.override_by_name(group.by, [onward_from, *_span_cell(named)])
    titles: dict[str, list[DynamicConfigValue]] = {}
    for field in fields:
        if field.title in group.summaries:
            how = CALCULATIONS[group.summaries[field.title]]
            title = DynamicConfigValue("displayName", _SUMMARIES.get(field.title, field.title))
            titles[f"{field.title} ({how})"] = [title, *_span_cell(field)]
    for name, settings in titles.items():
        panel = panel.override_by_name(name, settings)
    return encoded(panel)


def found(traceql: str, *, limit: int) -> tempo.Dataquery:
    """Return the query for the newest spans that match."""
    return (
        tempo.Dataquery()
        .datasource(chosen("tempo"))
        .query_type("traceql")
        .query(traceql)
        .limit(limit)
        .table_type(SearchTableType.SPANS)
        .ref_id("A")
    )


def as_fields(fields: Sequence[Field]) -> tuple[DataTransformerConfig, ...]:
    """Return what turns Tempo's answer into these fields, and no others."""
    numbers = [field for field in fields if field.unit]
    # Tempo's attributes arrive as text, which sorts 10 before 9.
    conversions = [{"targetField": f.title, "destinationType": "number"} for f in numbers]
    return (
        DataTransformerConfig("filterByRefId", options=_NO_PROGRESS),
        DataTransformerConfig("filterFieldsByName", options=_only(fields)),
        _organized({f.source: f.title for f in fields}, hidden=()),
        DataTransformerConfig("convertFieldType", options={"conversions": conversions}),
    )


def _group(group: Group) -> DataTransformerConfig:
    fields: dict[str, Json] = {group.by: {"aggregations": [], "operation": "groupby"}}
    for title, how in group.summaries.items():
        fields[title] = {"aggregations": [CALCULATIONS[how]], "operation": "aggregate"}
    return DataTransformerConfig("groupBy", options={"fields": fields})


def _only(fields: Sequence[Field]) -> Json:
    # The ids stay too, hidden: a click on the span needs them.
    names = "|".join(re.escape(field.source) for field in fields)
    return {"include": {"pattern": f"/^({names})$|Hidden$/"}}


def _span_cell(field: Field) -> list[DynamicConfigValue]:
    cell = [DynamicConfigValue("noValue", field.empty)]
    if field.unit:
        cell.append(DynamicConfigValue("unit", field.unit))
    if field.decimals is not None:
        cell.append(DynamicConfigValue("decimals", field.decimals))
    if (width := field.width or _ROOM.get(field.source)) is not None:
        cell.append(_width(width))
    return cell


def _width(pixels: int) -> DynamicConfigValue:
    return DynamicConfigValue("custom.width", pixels)


_NO_PROGRESS: Final = {"exclude": "streaming-progress"}
"""A streamed search answers with a second table, of how far it is."""

# What a click on the span needs: Grafana's own hiding of it does not survive in a panel.
_HIDDEN: Final = [DynamicConfigValue("custom.hideFrom.viz", True)]

_STATUS: Final = [
    DynamicConfigValue("custom.cellOptions", {"type": "color-text"}),
    DynamicConfigValue(
        "mappings",
        [
            {
                "type": "value",
                "options": {
                    # A span that ended well has no status of its own.
                    "unset": {"text": "ok", "color": GREEN, "index": 0},
                    "ok": {"text": "ok", "color": GREEN, "index": 1},
                    "error": {"text": "error", "color": RED, "index": 2},
                },
            }
        ],
    ),
]


def _organized(names: dict[str, str], *, hidden: Sequence[str]) -> DataTransformerConfig:
    options: dict[str, Any] = {
        "excludeByName": dict.fromkeys(hidden, True),
        "indexByName": {name: place for place, name in enumerate(names)},
        "renameByName": names,
    }
    return DataTransformerConfig("organize", options=options)


def _cell(column: Column) -> list[DynamicConfigValue]:
    cell = [DynamicConfigValue("unit", column.unit), DynamicConfigValue("noValue", NOTHING)]
    decimals = told_apart(column.unit, column.limits, column.decimals)
    if decimals is not None:
        cell.append(DynamicConfigValue("decimals", decimals))
    if column.limits is not None:
        steps = [{"value": value, "color": color} for value, color in column.limits.steps]
        cell.append(DynamicConfigValue("thresholds", {"mode": "absolute", "steps": steps}))
        cell.append(DynamicConfigValue("mappings", [grey_without_value(NOTHING)]))
        cell.append(DynamicConfigValue("custom.cellOptions", {"type": "color-text"}))
    return cell
