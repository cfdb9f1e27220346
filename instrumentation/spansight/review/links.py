"""Where Grafana shows the trace of an answer."""

import json
from typing import Final
from urllib.parse import quote

_TEMPO: Final = "tempo"
"""The uid of the provisioned data source."""


def trace_page(grafana: str, trace_id: str) -> str:
    """Return the address of the page that shows a trace."""
    query = {
        "refId": "A",
        "datasource": {"type": "tempo", "uid": _TEMPO},
        "queryType": "traceql",
        "query": trace_id,
    }
    pane = {"datasource": _TEMPO, "queries": [query]}
    panes = quote(json.dumps({"a": pane}, separators=(",", ":")))
    return f"{grafana}/explore?schemaVersion=1&panes={panes}"
