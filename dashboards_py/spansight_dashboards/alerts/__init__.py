"""Alerts by subject, each group a rule file of its own."""

from spansight_dashboards.alerts import (
    burn,
    cost,
    errors,
    latency,
    limits,
    pipeline,
    prices,
    quality,
    traffic,
)
from spansight_dashboards.config import Config
from spansight_dashboards.rules import Alert, Group


def groups(config: Config) -> tuple[Group, ...]:
    """Return every group of alerts."""
    return (
        burn.group(config),
        cost.group(config),
        errors.group(config),
        latency.group(config),
        limits.group(config),
        pipeline.group(config),
        prices.group(config),
        quality.group(config),
        traffic.group(config),
    )


def names(config: Config) -> tuple[str, ...]:
    """Return the name of every alert, each once."""
    rules = (rule for group in groups(config) for rule in group.rules)
    return tuple(dict.fromkeys(rule.name for rule in rules if isinstance(rule, Alert)))
