"""How many events each objective judged, and how many of them missed it."""

from spansight_dashboards.config import Config
from spansight_dashboards.queries import objectives, scope
from spansight_dashboards.queries.objectives import OBJECTIVE, Objective
from spansight_dashboards.recordings.levels import SERVICE
from spansight_dashboards.rules import Group, Recording


def group(config: Config) -> Group:
    return Group(
        subject="objectives",
        source="recordings",
        interval=objectives.INTERVAL,
        rules=tuple(
            rule
            for objective in objectives.all_of(config)
            for rule in (events(config, objective), missed(config, objective))
        ),
    )


def events(config: Config, objective: Objective) -> Recording:
    """Return the rule of all events."""
    window = scope.rule(config).over(objectives.RECORDED).per(*SERVICE.labels)
    return Recording(
        name=SERVICE.named("objective_events", "rate5m"),
        labels=(*SERVICE.labels, OBJECTIVE),
        expression=objectives.events(objective, window),
        meaning="events a second that an objective judges",
        marked={OBJECTIVE: objective.name},
    )


def missed(config: Config, objective: Objective) -> Recording:
    """Return the rule of those that were not good."""
    window = scope.rule(config).over(objectives.RECORDED).per(*SERVICE.labels)
    return Recording(
        name=SERVICE.named("objective_missed", "rate5m"),
        labels=(*SERVICE.labels, OBJECTIVE),
        expression=objectives.missed(objective, window),
        meaning="those of them that missed it",
        marked={OBJECTIVE: objective.name},
    )
