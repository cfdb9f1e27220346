"""The only knobs: thresholds, windows, budgets and addresses of every board and rule."""

from dataclasses import dataclass
from typing import Final

from spansight.conventions import attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a board or a rule depends on; `--set NAME=VALUE` changes one."""

    excluded_service: str = attributes.SYNTHETIC_SERVICE
    """The service whose calls are no traffic: the doctor's."""

    latency_p95_limit_s: float = 5.0
    error_ratio_limit: float = 0.05
    daily_budget_usd: float = 100.0
    faithfulness_minimum: float = 0.8

    alert_window: str = "5m"
    """Over which latency and errors are judged: twenty scrapes."""
    faithfulness_window: str = "30m"
    """Of the rolling mean: long enough for a slow service to be scored more than once in it."""
    budget_window: str = "24h"

    minimum_requests: int = 5
    """Calls in `alert_window` below which neither a percentile nor a ratio says anything."""
    minimum_errors: int = 3
    """Errors in `alert_window` below which a high ratio is only a small denominator."""
    minimum_evaluations: int = 5
    """Scored answers in `faithfulness_window` below which their mean says nothing."""

    refresh: str = "30s"
    time_range: str = "now-1h"
    trace_limit: int = 50

    grafana_url: str = "http://localhost:3000"
    """Where people reach Grafana: alerts link there."""
    runbook_url: str = "https://github.com/spansight/spansight/blob/main/docs/runbooks"
    """The folder of docs/runbooks as people reach it."""


DEFAULT: Final = Config()
