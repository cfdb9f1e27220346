"""Addresses inside Grafana that carry the reader's choices and time range along."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from zlib import crc32

_PANEL_IDS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Link:
    """A way on from a panel or a board."""

    title: str
    url: str


def panel_id(title: str) -> int:
    """Return the id of the panel with this title: another one before it does not change it.

    What leads to a panel (an alert, a bookmark, a page of somebody's wiki) outlives a new layout.
    """
    return 1 + crc32(title.encode()) % _PANEL_IDS


def explore_traces(title: str, traceql: str, *, limit: int) -> Link:
    query = {"queryType": "traceql", "query": traceql, "limit": limit, "tableType": "spans"}
    return Link(title, _explore("tempo", query))


def explore_logs(title: str, logql: str) -> Link:
    return Link(title, _explore("loki", {"queryType": "range", "expr": logql}))


def board(title: str, subject: str) -> Link:
    """Return another board with the reader's choices and time range."""
    return Link(title, f"/d/spansight-{subject}?${{__url_time_range}}&${{__all_variables}}")


def narrowed(title: str, subject: str, variable: str) -> Link:
    """Return the same board with the clicked value chosen, or written into its variable."""
    chosen = f"${{__url.params:exclude:var-{variable}}}&var-{variable}=${{__value.raw}}"
    return Link(title, f"/d/spansight-{subject}{chosen}")


def _explore(kind: str, query: Mapping[str, str | int]) -> str:
    source = f"${{{kind}}}"
    pane = {
        "datasource": source,
        "queries": [{"refId": "A", "datasource": {"type": kind, "uid": source}, **query}],
        "range": {"from": "${__from}", "to": "${__to}"},
    }
    # Grafana finds its variables before it decodes the address: their characters stay as they are.
    panes = quote(json.dumps({"a": pane}, separators=(",", ":")), safe="${}:")
    return f"/explore?schemaVersion=1&panes={panes}"
