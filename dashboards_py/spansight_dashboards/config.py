"""The only knobs: thresholds, windows, budgets and addresses of every board and rule."""

import re
from dataclasses import dataclass, fields
from typing import Final

from spansight.conventions import attributes, labels, metrics
from spansight.errors import ConfigError
from spansight_dashboards import knobs

_LABEL: Final = re.compile(r"[a-zA-Z_]\w*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a board or a rule depends on; `--set NAME=VALUE` changes one."""

    excluded_service: str = attributes.SYNTHETIC_SERVICE
    """The service whose calls are no traffic: the doctor's."""

    latency_p95_limit_s: float = 5.0
    error_ratio_limit: float = 0.05
    faithfulness_minimum: float = 0.8
    relevance_minimum: float = 0.5
    toxicity_limit: float = 0.5
    """A score above it makes an answer a toxic one."""
    toxic_ratio_limit: float = 0.01
    empty_search_limit: float = 0.05
    recall_minimum: float = 0.5
    rating_minimum: float = 3.5
    generation_speed_minimum: float = 30.0
    """Output tokens a second that the median call reaches."""

    availability_objective: float = 0.99
    first_token_objective: float = 0.95
    answer_objective: float = 0.95
    retrieval_objective: float = 0.95
    """Which share of calls, of first tokens, of answers and of searches has to be good."""
    first_token_target_s: float = 0.5
    answer_target_s: float = 3.0
    retrieval_target_s: float = 0.5
    """Good is: within this time, which is a bucket's bound."""

    daily_budget_usd: float = 100.0
    team_daily_budget_usd: float = 50.0
    feature_daily_budget_usd: float = 50.0
    """Of each team and each feature that has none of its own below."""
    team_budgets: str = ""
    feature_budgets: str = ""
    """Their own, in US dollars a day, such as `search=80,office=20`."""
    budget_days_a_month: int = 20
    """A budget for thirty days is that of so many days: people work on twenty of them."""
    daily_token_limit: int = 20_000_000
    token_limit_warning: float = 0.8
    """Of the limit: where to be told."""
    price_table_days: int = 60
    worker_job_hours: int = 26
    """Between two successes of a worker's job: a day, and two hours to spare."""

    traffic_factor: float = 3.0
    """How many times more, or less, than on earlier days is a surge, or a drop."""
    error_type_factor: float = 3.0
    cost_per_request_factor: float = 2.0
    cache_hit_factor: float = 2.0
    """The same for errors of one type, for the cost of a call, and for what the cache saves."""
    queue_fill_limit: float = 0.5
    """From where on a queue stands still rather than works; at one, senders are refused."""

    alert_window: str = "5m"
    """Over which latency and errors are judged: twenty scrapes."""
    faithfulness_window: str = "30m"
    """Of the rolling mean: long enough for a slow service to be scored more than once in it."""
    balance_window: str = "1h"
    """How long a Collector's books are looked back at; one that runs for less is not judged."""
    budget_window: str = "24h"
    rating_window: str = "24h"

    minimum_requests: int = 5
    """Calls in `alert_window` below which neither a percentile nor a ratio says anything."""
    minimum_errors: int = 3
    """Errors in `alert_window` below which a high ratio is only a small denominator."""
    minimum_evaluations: int = 5
    """Scored answers in `faithfulness_window` below which their mean says nothing."""
    minimum_ratings: int = 10
    minimum_toxic_answers: int = 3
    """In `faithfulness_window`: a classifier errs now and then."""
    minimum_hourly_requests: int = 60
    """Calls an hour below which a change against earlier days is chance."""
    minimum_objective_events: int = 50
    """Events in a window below which no objective is judged by it."""
    minimum_unpriced_requests: int = 5
    minimum_hourly_errors: int = 10
    minimum_arm_calls: int = 100
    """Calls of an experiment's arm below which a difference is mostly chance."""
    minimum_scored_hours: int = 12
    """Hours of a day with scores that make silence strange; fewer are a job, or somebody's test."""

    refresh: str = "30s"
    time_range: str = "now-1h"
    trace_limit: int = 50
    found_limit: int = 200
    """Traces that a search for conversations adds up."""
    expensive_call_usd: float = 0.001
    """From where on a call is listed among the expensive ones; readers can change it."""

    prometheus_source: str = "Prometheus"
    tempo_source: str = "Tempo"
    loki_source: str = "Loki"
    """Names of Grafana's data sources that a board opens with; its reader can choose others."""

    service_label: str = labels.SERVICE
    environment_label: str = labels.ENVIRONMENT
    team_label: str = labels.TEAM
    feature_label: str = labels.FEATURE
    provider_label: str = labels.PROVIDER
    model_label: str = labels.MODEL
    """What Prometheus calls these labels, where it renames what the Collector says."""

    grafana_url: str = "http://localhost:3000"
    """Where people reach Grafana: alerts link there."""
    runbook_url: str = "https://github.com/spansight/spansight/blob/main/docs/runbooks"
    """The folder of docs/runbooks as people reach it."""

    def __post_init__(self) -> None:
        """Refuse what a knob cannot be, names that no label can have, and one name for two."""
        for field in fields(self):
            knobs.refuse(field.name, getattr(self, field.name))
        taken = {label: label for metric in metrics.ALL for label in metric.labels}
        taken |= self._label_names
        for label, name in self._label_names.items():
            if not _LABEL.fullmatch(name):
                raise ConfigError(
                    f"{label}_label={name!r}: expected a label name: letters, digits, underscores"
                )
            if others := [other for other in taken if other != label and taken[other] == name]:
                raise ConfigError(
                    f"{label}_label={name!r}: {others[0]} has that name already; choose another"
                )

    @property
    def sources(self) -> dict[str, str]:
        """Kind of data source → the name of the one to open with."""
        return {
            "prometheus": self.prometheus_source,
            "tempo": self.tempo_source,
            "loki": self.loki_source,
        }

    @property
    def renamed(self) -> dict[str, str]:
        """Label of the vocabulary → its other name; empty when none has one."""
        return {label: name for label, name in self._label_names.items() if name != label}

    @property
    def _label_names(self) -> dict[str, str]:
        return {
            labels.SERVICE: self.service_label,
            labels.ENVIRONMENT: self.environment_label,
            labels.TEAM: self.team_label,
            labels.FEATURE: self.feature_label,
            labels.PROVIDER: self.provider_label,
            labels.MODEL: self.model_label,
        }


DEFAULT: Final = Config()
