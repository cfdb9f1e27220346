"""The frame of a dashboard: variables, links, annotations, and where each panel stands.

Plain JSON by hand: the frame of grafana-foundation-sdk 0.0.21 hides links in a menu, gives panels
no id, lets them overflow the grid and leaves a variable without its current value.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from spansight_dashboards import variables
from spansight_dashboards.config import Config
from spansight_dashboards.links import Link, panel_id
from spansight_dashboards.queries import scope
from spansight_dashboards.variables import Variable

Json = dict[str, Any]

COLUMNS: Final = 24
SCHEMA_VERSION: Final = 42
"""The newest of the classic model; Grafana 12 and 13 both read it from provisioned files."""


@dataclass(frozen=True, slots=True)
class Row:
    """Panels side by side, each with its width; widths add up to 24 at most."""

    height: int
    panels: Sequence[tuple[int, Json]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One dashboard; `subject` makes its uid and file name."""

    subject: str
    title: str
    description: str
    rows: Sequence[Row]
    links: Sequence[Link]
    alerts: Sequence[str]
    """Alerts that are marked on its time axis while they fire."""
    variables: Sequence[Variable] = ()
    """What its reader can choose beside whose calls."""

    @property
    def uid(self) -> str:
        return f"spansight-{self.subject}"


def dashboard(board: Board, config: Config) -> Json:
    """Return the classic JSON model of `board`."""
    return {
        "annotations": {"list": [_BUILT_IN, _DEPLOYS, _firing(board.alerts)]},
        "description": board.description,
        "editable": False,
        "graphTooltip": 1,
        "links": [_BOARDS, *(_link(link) for link in board.links)],
        "panels": list(_placed(board.rows)),
        "refresh": config.refresh,
        "schemaVersion": SCHEMA_VERSION,
        "tags": ["llm", _TAG],
        "templating": {"list": variables.of(config, board.variables)},
        "time": {"from": config.time_range, "to": "now"},
        "timezone": "browser",
        "title": board.title,
        "uid": board.uid,
    }


def _placed(rows: Sequence[Row]) -> Iterator[Json]:
    top = 0
    for row in rows:
        left = 0
        for width, panel in row.panels:
            position = {"x": left, "y": top, "w": width, "h": row.height}
            number = panel_id(panel["title"])
            yield {**_without_placement(panel), "id": number, "gridPos": position}
            left += width
        if left > COLUMNS:
            raise ValueError(f"a row is {left} columns wide; Grafana has {COLUMNS}")
        top += row.height


def _without_placement(panel: Json) -> Json:
    # The SDK's links default to "inControlsMenu", which hides them in a drop-down.
    links = [
        {key: value for key, value in link.items() if key != "placement"}
        for link in panel.get("links", ())
    ]
    return {**panel, "links": links}


def _link(link: Link) -> Json:
    return {
        "asDropdown": False,
        "icon": "external link",
        "includeVars": False,
        "keepTime": False,
        "tags": [],
        "targetBlank": False,
        "title": link.title,
        "tooltip": "",
        "type": "link",
        "url": link.url,
    }


_BUILT_IN: Final[Json] = {
    "builtIn": 1,
    "datasource": {"type": "grafana", "uid": "-- Grafana --"},
    "enable": True,
    "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)",
    "name": "Annotations & Alerts",
    "type": "dashboard",
}


_DEPLOYS: Final[Json] = {
    "datasource": {"type": "grafana", "uid": "-- Grafana --"},
    "enable": True,
    "iconColor": "blue",
    "name": "Deploys",
    "target": {"limit": 100, "matchAny": False, "tags": ["deploy"], "type": "tags"},
}
"""What a release posts to Grafana's annotations, tagged `deploy`."""

_TAG: Final = "spansight"

_BOARDS: Final[Json] = {
    "asDropdown": True,
    "icon": "external link",
    "includeVars": True,
    "keepTime": True,
    "tags": [_TAG],
    "targetBlank": False,
    "title": "Boards",
    "tooltip": "The other boards, with what is chosen here",
    "type": "dashboards",
    "url": "",
}


def _firing(alerts: Sequence[str]) -> Json:
    return {
        "datasource": {"type": "prometheus", "uid": "${prometheus}"},
        "enable": True,
        "expr": str(scope.firing(alerts)),
        "iconColor": "red",
        "name": "Firing alerts",
        "step": "60s",
        "tagKeys": "severity,service,model,pipeline",
        "titleFormat": "{{alertname}}",
    }
