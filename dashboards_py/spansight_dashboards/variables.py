"""What stands above a dashboard to choose by: data sources, whose calls, and a board's own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from spansight.conventions.metrics import Metric
from spansight_dashboards import promql
from spansight_dashboards.config import Config
from spansight_dashboards.queries import scope

Json = dict[str, Any]

_ALL: Final = "$__all"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; `values` is what a reader sees → what a query gets, the first by default."""

    name: str
    label: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Text:
    """Words or a number of the reader's own."""

    name: str
    label: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Values:
    """Any of the values that a label of a metric has among the chosen calls."""

    name: str
    label: str
    metric: Metric


Variable = Choice | Text | Values


def of(config: Config, own: Sequence[Variable]) -> list[Json]:
    """Return the variables of a board, its own last."""
    return [*_sources(config), *_whose_calls(config), *(_own(config, one) for one in own)]


def _sources(config: Config) -> Iterator[Json]:
    for kind, name in config.sources.items():
        yield {
            # Grafana finds a data source by its name too; an unknown one is the first of its kind.
            **_variable(kind, kind.capitalize(), {"text": name, "value": name}),
            "type": "datasource",
            "query": kind,
            "refresh": 1,
        }


def _whose_calls(config: Config) -> Iterator[Json]:
    for label in scope.VARIABLES:
        yield _values(label, label.capitalize(), scope.choices(config, label))


def _values(name: str, label: str, query: str) -> Json:
    return {
        **_variable(name, label, {"text": ["All"], "value": [_ALL]}),
        "type": "query",
        "allValue": ".*",
        "datasource": {"type": "prometheus", "uid": "${prometheus}"},
        "definition": query,
        "includeAll": True,
        "multi": True,
        "query": {"query": query, "refId": name},
        "refresh": 2,
        "sort": 1,
    }


def _own(config: Config, variable: Variable) -> Json:
    if isinstance(variable, Values):
        chosen = scope.board(config).matchers
        query = promql.label_values(variable.metric, variable.name, chosen)
        return _values(variable.name, variable.label, query)
    if isinstance(variable, Text):
        text = variable.default
        typed = _variable(variable.name, variable.label, {"text": text, "value": text})
        return {**typed, "type": "textbox", "query": text}
    text, value = next(iter(variable.values.items()))
    return {
        **_variable(variable.name, variable.label, {"text": text, "value": value}),
        "type": "custom",
        "options": [
            {"text": text, "value": each, "selected": each == value}
            for text, each in variable.values.items()
        ],
        "query": ", ".join(f"{text} : {each}" for text, each in variable.values.items()),
    }


def _variable(name: str, label: str, current: Mapping[str, str | list[str]]) -> Json:
    return {
        "current": {"selected": True, **current},
        "hide": 0,
        "includeAll": False,
        "label": label,
        "multi": False,
        "name": name,
        "options": [],
        "skipUrlSync": False,
    }
