"""The committed dashboards, as a Grafana would read them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).parents[2]
Json = dict[str, Any]


def boards() -> dict[str, Json]:
    folder = ROOT / "grafana" / "dashboards"
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.rglob("*.json"))}


def panels() -> dict[str, Json]:
    return {
        f"{name}: {panel['title']}": panel
        for name, board in boards().items()
        for panel in board["panels"]
    }


def strings(value: object) -> Iterator[str]:
    """Yield every text in a JSON value, keys aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():  # pyright: ignore[reportUnknownVariableType] - any JSON
            yield from strings(inner)  # pyright: ignore[reportUnknownArgumentType] - any JSON
    elif isinstance(value, list):
        for inner in value:  # pyright: ignore[reportUnknownVariableType] - any JSON
            yield from strings(inner)  # pyright: ignore[reportUnknownArgumentType] - any JSON


def links(panel: Json) -> list[Json]:
    """Return a panel's own links, those of its cells and those of its number."""
    cells = [
        link
        for override in panel["fieldConfig"]["overrides"]
        for setting in override["properties"]
        if setting["id"] == "links"
        for link in setting["value"]
    ]
    return [*panel["links"], *cells, *panel["fieldConfig"]["defaults"].get("links", ())]


def explored(url: str) -> Json:
    """Return the one query of a link to Explore, as Grafana decodes it."""
    (panes,) = parse_qs(urlsplit(url).query)["panes"]
    (pane,) = json.loads(panes).values()
    (query,) = pane["queries"]
    return {**query, "source": pane["datasource"], "range": pane["range"]}
