"""The overview: is it fine, and if not, where to look on."""

from spansight_dashboards import alerts, links
from spansight_dashboards.board import Board, Row
from spansight_dashboards.config import Config
from spansight_dashboards.dashboards import detail, verdict
from spansight_dashboards.queries import traces


def board(config: Config) -> Board:
    return Board(
        subject="overview",
        title="LLM overview",
        description=(
            "Every call to a language model: how many, how fast, how good, at what price. "
            "The first row says whether all is well; each panel below says what to do when not."
        ),
        rows=(
            Row(
                5,
                (
                    (4, verdict.requests(config)),
                    (4, verdict.latency_p95(config)),
                    (4, verdict.error_ratio(config)),
                    (4, verdict.cost(config)),
                    (4, verdict.faithfulness(config)),
                    (4, verdict.unpriced(config)),
                ),
            ),
            Row(8, ((12, detail.request_volume(config)), (12, detail.response_time(config)))),
            Row(
                9,
                (
                    (8, detail.distribution(config)),
                    (8, detail.first_token(config)),
                    (8, detail.faithfulness(config)),
                ),
            ),
            Row(
                9,
                (
                    (8, detail.tokens(config)),
                    (8, detail.cost_shares(config)),
                    (8, detail.cost_over_time(config)),
                ),
            ),
            Row(10, ((24, detail.models(config)),)),
            Row(10, ((24, detail.calls(config)),)),
        ),
        links=(
            links.explore_traces("Traces", traces.calls(config), limit=config.trace_limit),
            links.explore_logs("Logs", traces.logged(config)),
        ),
        alerts=alerts.names(config),
    )
