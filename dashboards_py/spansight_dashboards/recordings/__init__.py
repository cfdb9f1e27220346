"""Recorded series by subject: what alerts and boards read instead of adding up again."""

from spansight_dashboards.config import Config
from spansight_dashboards.recordings import budgets, hourly, objectives
from spansight_dashboards.rules import Group


def groups(config: Config) -> tuple[Group, ...]:
    """Return every group that records and alerts of nothing itself."""
    return (hourly.group(config), budgets.group(config), objectives.group(config))
