"""One dashboard a module."""

from spansight_dashboards.board import Board
from spansight_dashboards.config import Config
from spansight_dashboards.dashboards import cost, latency, overview, pipeline


def boards(config: Config) -> tuple[Board, ...]:
    """Return every dashboard."""
    return (
        overview.board(config),
        cost.board(config),
        latency.board(config),
        pipeline.board(config),
    )
