"""Panels of what was logged: prompts, answers, scores, feedback."""

from grafana_foundation_sdk.builders import logs, loki
from grafana_foundation_sdk.models.common import LogsDedupStrategy, LogsSortOrder

from spansight_dashboards.panels.parts import About, Json, chosen, described, encoded


def lines(about: About, logql: str, *, limit: int) -> Json:
    """Return the newest lines; one that is opened leads to its trace."""
    target = (
        loki.Dataquery()
        .datasource(chosen("loki"))
        .query_type("range")
        .expr(logql)
        .max_lines(limit)
        .ref_id("A")
    )
    panel = (
        described(logs.Panel(), about, source="loki")
        .with_target(target)
        .show_time(True)
        .wrap_log_message(True)
        .prettify_log_message(False)
        .enable_log_details(True)
        .dedup_strategy(LogsDedupStrategy.NONE)
        .sort_order(LogsSortOrder.DESCENDING)
    )
    return encoded(panel)
