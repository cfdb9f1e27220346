"""The two scopes: what a board's variables select, and what a rule watches."""

from collections.abc import Iterable
from typing import Final

from spansight.conventions import labels
from spansight.conventions.metrics import REQUEST
from spansight_dashboards import promql
from spansight_dashboards.config import Config
from spansight_dashboards.promql import Expression, Matcher, Scope

VARIABLES: Final = (
    labels.SERVICE,
    labels.ENVIRONMENT,
    labels.TEAM,
    labels.FEATURE,
    labels.PROVIDER,
    labels.MODEL,
)
"""Labels that a board's reader can choose by, each the name of its variable too."""

OWNER: Final = (labels.SERVICE, labels.ENVIRONMENT, labels.TEAM)
CALLS: Final = (*OWNER, labels.MODEL)
"""What an alert about calls answers by: who has to act, and on which model."""

RATE_WINDOW: Final = "$__rate_interval"
WHOLE_RANGE: Final = "$__range"


def board(config: Config) -> Scope:
    """Return what the board's variables select, as a rate."""
    chosen = (Matcher(label, "=~", f"${label}") for label in VARIABLES)
    return Scope((*chosen, *_real_traffic(config)), RATE_WINDOW)


def whole(config: Config, *by: str) -> Scope:
    """Return what the board's variables select in the whole time range, per these labels."""
    return board(config).over(WHOLE_RANGE).per(*by)


def rule(config: Config) -> Scope:
    """Return all traffic but the doctor's, over the window of alerts."""
    return Scope(_real_traffic(config), config.alert_window)


def choices(config: Config, label: str) -> str:
    """Return the query for a variable's values, given the choices of the variables before it."""
    earlier = VARIABLES[: VARIABLES.index(label)]
    chosen = (Matcher(name, "=~", f"${name}") for name in earlier)
    return promql.label_values(REQUEST, label, (*chosen, *_real_traffic(config)))


def firing(alerts: Iterable[str]) -> Expression:
    """Return the alerts that fire for the chosen calls, and those that are about no call alone."""
    chosen = (Matcher(label, "=~", f"${label}|") for label in CALLS)
    return promql.firing(alerts, *chosen)


def _real_traffic(config: Config) -> tuple[Matcher, ...]:
    return (Matcher(labels.SERVICE, "!=", config.excluded_service),)
