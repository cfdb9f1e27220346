"""Run every query of the shipped dashboards and say which panels have nothing to show."""

import json
import math
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from spansight.errors import ConfigError
from spansight.stores.endpoints import Endpoints
from spansight.stores.loki import Loki
from spansight.stores.prometheus import Prometheus
from spansight.stores.tempo import Tempo

_STEP_S: Final = 15.0
"""The scrape interval: closer together there is nothing."""
_MOST_POINTS: Final = 1000
"""About what Grafana asks for; of more than 11,000 Prometheus refuses to tell."""

_STORES: Final = frozenset({"prometheus", "loki", "tempo"})
_VARIABLE: Final = re.compile(r"\$(?:\{(\w+)(?::\w+)?\}|([a-zA-Z_]\w*))")
_OWN: Final = frozenset({"custom", "textbox"})
"""Types of variables with values of their own, not those of a label."""
_ANYTHING: Final = ".*"
_TRACEQL_METRIC: Final = re.compile(r"\|\s*(rate|compare|\w+_over_time)\s*\(")


@dataclass(frozen=True, slots=True)
class Query:
    """One target of one panel, as the dashboard's file has it."""

    board: str
    panel: str
    store: str
    """prometheus, tempo or loki."""
    text: str
    instant: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one query returned; `error` is empty unless the store refused it."""

    query: Query
    samples: int
    error: str = ""


def queries(folder: Path) -> list[Query]:
    """Return every query of the dashboards below `folder`.

    Raises ConfigError for a file that is no dashboard.
    """
    return [query for path in sorted(folder.rglob("*.json")) for query in _of_board(path)]


def run(query: Query, endpoints: Endpoints, *, window_s: float) -> Outcome:
    """Execute `query` over the last `window_s` seconds with every filter at "All"."""
    end = time.time()
    text = filled(query.text, window_s)
    try:
        return Outcome(query, _samples(query, text, endpoints, end - window_s, end))
    except ConfigError as refused:
        return Outcome(query, 0, str(refused))


def _samples(query: Query, text: str, endpoints: Endpoints, start: float, end: float) -> int:
    if query.store == "prometheus" and query.instant:
        found = Prometheus(endpoints.prometheus).query(text)
        return sum(not math.isnan(sample.value) for sample in found)
    if query.store == "prometheus":
        prometheus = Prometheus(endpoints.prometheus)
        return prometheus.query_range(text, start=start, end=end, step_s=_step_s(end - start))
    if query.store == "loki":
        return Loki(endpoints.loki).samples(text, start=start, end=end)
    tempo = Tempo(endpoints.tempo)
    if is_metric(text):
        return tempo.metric(text, start=start, end=end)
    return len(tempo.search(text, start=start, end=end))


def is_metric(traceql: str) -> bool:
    """Say whether a TraceQL query computes numbers over time instead of finding traces."""
    return _TRACEQL_METRIC.search(traceql) is not None


def _of_board(path: Path) -> Iterator[Query]:
    try:
        board = cast("dict[str, Any]", json.loads(path.read_text("utf-8")))
        own = _own_choices(board)
        for panel in _panels(board):
            for target in panel.get("targets") or ():
                yield _query(str(board["title"]), panel, target, own)
    except (AttributeError, KeyError, ValueError, TypeError) as error:
        raise ConfigError(
            f"{path}: expected a dashboard, got {type(error).__name__} {error}; "
            "write it again with: spansight dashboards build"
        ) from error


def _own_choices(board: Mapping[str, Any]) -> dict[str, str]:
    """Return what the board opens with of the variables that only it has."""
    variables = board.get("templating", {}).get("list") or ()
    return {
        str(variable["name"]): str(variable["current"]["value"])
        for variable in variables
        if variable["type"] in _OWN
    }


def _panels(holder: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for panel in holder.get("panels") or ():
        yield panel
        yield from _panels(panel)


def _query(
    board: str, panel: Mapping[str, Any], target: Mapping[str, Any], own: Mapping[str, str]
) -> Query:
    source: Mapping[str, Any] = target.get("datasource") or panel.get("datasource") or {}
    store = str(source.get("type", "prometheus"))
    if store not in _STORES:
        raise ValueError(f"data source {store!r}; expected prometheus, loki or tempo")
    return Query(
        board=board,
        panel=str(panel.get("title", "")),
        store=store,
        text=_with(own, str(target.get("expr") or target.get("query") or "")),
        instant=bool(target.get("instant")) and not target.get("range"),
    )


def _with(own: Mapping[str, str], text: str) -> str:
    return _VARIABLE.sub(lambda found: own.get(found[1] or found[2], found[0]), text)


def filled(text: str, window_s: float) -> str:
    """Replace Grafana's variables: its own by durations, a board's filters by "anything"."""
    step_s = _step_s(window_s)
    # As Grafana has it: four scrapes at least, and no call between two points left out.
    rate_s = max(4 * _STEP_S, step_s + _STEP_S)
    own = {
        "__rate_interval": f"{rate_s:.0f}s",
        "__interval": f"{step_s:.0f}s",
        "__auto": f"{rate_s:.0f}s",
        "__range": f"{window_s:.0f}s",
        "__range_s": f"{window_s:.0f}",
    }

    def value(found: re.Match[str]) -> str:
        return own.get(found[1] or found[2], _ANYTHING)

    return _VARIABLE.sub(value, text)


def _step_s(window_s: float) -> int:
    return math.ceil(max(_STEP_S, window_s / _MOST_POINTS))
