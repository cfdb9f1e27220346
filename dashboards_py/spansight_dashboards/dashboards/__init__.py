"""One dashboard a module."""

from spansight_dashboards.board import Board
from spansight_dashboards.config import Config
from spansight_dashboards.dashboards import (
    agents,
    conversations,
    cost,
    experiments,
    latency,
    overview,
    pipeline,
    quality,
    rag,
)


def boards(config: Config) -> tuple[Board, ...]:
    """Return every dashboard."""
    return (
        overview.board(config),
        cost.board(config),
        latency.board(config),
        quality.board(config),
        rag.board(config),
        agents.board(config),
        experiments.board(config),
        conversations.board(config),
        pipeline.board(config),
    )
