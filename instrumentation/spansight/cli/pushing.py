"""`spansight dashboards push`: say what would change in a Grafana, and change it."""

import json
import os
from argparse import Namespace
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table

from spansight.cli import FINDINGS, FINE
from spansight.conventions.environment import GRAFANA_TOKEN
from spansight.errors import ConfigError
from spansight.live import publishing
from spansight.live.publishing import Change, State
from spansight.stores.grafana import Grafana
from spansight_dashboards import emit
from spansight_dashboards.config import DEFAULT, Config

_WORDS: Final[dict[State, str]] = {
    "new": "new",
    "same": "as it is",
    "changed": "changed",
    "edited": "edited",
    "provisioned": "provisioned from a file",
}
_LEFT: Final[dict[State, str]] = {
    "edited": "left alone; --force replaces it",
    "provisioned": "left alone; change the file",
}
_ELSEWHERE: Final = _LEFT.keys()
"""States of boards that somebody or something else looks after."""


def push(arguments: Namespace, config: Config) -> int:
    """Send the boards; 1 when one was left as somebody made it."""
    token = os.environ.get(GRAFANA_TOKEN.name, "").strip()
    if not token:
        raise ConfigError(
            f"{GRAFANA_TOKEN.name} is not set; make a service account with the role Editor in "
            "Grafana (Administration, Users and access) and set it to a token of that"
        )
    grafana = Grafana(arguments.url.rstrip("/"), token)
    publishing.refuse_unknown(grafana.sources(), config.sources, DEFAULT.sources)
    planned = publishing.changes(grafana, emit.boards(config))
    due = publishing.due(planned, force=arguments.force)
    if not arguments.dry_run:
        publishing.push(grafana, due)
    if arguments.json:
        saved = [] if arguments.dry_run else due
        print(json.dumps([_plain(change, saved) for change in planned], indent=2))
    else:
        _show(planned, due, grafana.url, dry=arguments.dry_run)
    left = [change for change in planned if change.state in _ELSEWHERE and change not in due]
    return FINDINGS if left else FINE


def _plain(change: Change, saved: Sequence[Change]) -> dict[str, object]:
    added, removed = change.size
    return {
        "uid": change.model["uid"],
        "state": change.state,
        "saved": change in saved,
        "lines_added": added,
        "lines_removed": removed,
    }


def _show(planned: Sequence[Change], due: Sequence[Change], url: str, *, dry: bool) -> None:
    console = Console()
    for line in (line for change in planned for line in change.difference if dry):
        console.print(line, style=_style(line), highlight=False, markup=False, soft_wrap=True)
    table = Table(title=f"Boards and {url}", title_justify="left")
    for heading in ("board", "state", "lines", "done"):
        table.add_column(heading)
    saved = "would be saved" if dry else "saved"
    for change in planned:
        done = saved if change in due else _LEFT.get(change.state, "")
        table.add_row(change.title, _state(change), _lines(change), done)
    console.print(table)


def _state(change: Change) -> str:
    if change.state != "edited" or change.replaces is None:
        return _WORDS[change.state]
    return f"edited in Grafana ({change.replaces.changed_by}, {change.replaces.changed_at[:16]})"


def _lines(change: Change) -> str:
    added, removed = change.size
    return f"+{added} -{removed}" if change.difference else ""


def _style(line: str) -> str:
    if line.startswith(("+++", "---")):
        return "bold"
    return {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
