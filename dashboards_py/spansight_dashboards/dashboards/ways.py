"""Where panels lead: to the calls behind their number."""

from spansight.conventions import labels
from spansight_dashboards import links
from spansight_dashboards.config import Config
from spansight_dashboards.links import Link
from spansight_dashboards.queries import traces


def to_calls(config: Config) -> Link:
    return links.explore_traces("Calls", traces.calls(config), limit=config.trace_limit)


def to_slow_calls(config: Config) -> Link:
    return links.explore_traces("Slow calls", traces.slow_calls(config), limit=config.trace_limit)


def to_slow_answers(config: Config) -> Link:
    query = traces.slow_answers(config)
    return links.explore_traces("Slow answers", query, limit=config.trace_limit)


def to_searches(config: Config) -> Link:
    return links.explore_traces("Searches", traces.searches(config), limit=config.trace_limit)


def to_failed_calls(config: Config) -> Link:
    query = traces.failed_calls(config)
    return links.explore_traces("Failed calls", query, limit=config.trace_limit)


def to_unpriced_calls(config: Config) -> Link:
    query = traces.unpriced_calls(config)
    return links.explore_traces("Calls of unknown price", query, limit=config.trace_limit)


def to_scores(config: Config) -> Link:
    return links.explore_logs("Scores", traces.scores(config))


def to_logs(config: Config) -> Link:
    return links.explore_logs("Prompts, answers and errors", traces.logged(config))


def to_one_model() -> Link:
    return links.narrowed("Only this model", "overview", labels.MODEL)
