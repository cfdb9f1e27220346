"""Alerts by subject, each group a rule file of its own."""

from spansight_dashboards.alerts import cost, errors, latency, limits, quality
from spansight_dashboards.config import Config
from spansight_dashboards.rules import Alert, Group


def groups(config: Config) -> tuple[Group, ...]:
    """Return every rule group."""
    return (
        cost.group(config),
        errors.group(config),
        latency.group(config),
        limits.group(config),
        quality.group(config),
    )


def names(config: Config) -> tuple[str, ...]:
    """Return the name of every alert."""
    rules = (rule for group in groups(config) for rule in group.rules)
    return tuple(rule.name for rule in rules if isinstance(rule, Alert))
