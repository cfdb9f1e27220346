"""What each team and each feature may spend a day, as series: alerts and boards read the same."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from spansight.conventions import labels
from spansight.errors import ConfigError
from spansight_dashboards import history, promql
from spansight_dashboards.config import Config
from spansight_dashboards.promql import Matcher
from spansight_dashboards.recordings import hourly
from spansight_dashboards.recordings.levels import FEATURE, TEAM, Level
from spansight_dashboards.rules import Group, Recording

MONTH: Final = "30d"

_NOBODY: Final = {
    TEAM: (labels.UNKNOWN, labels.OTHER),
    FEATURE: (labels.NO_FEATURE, labels.OTHER),
}
"""Whose calls they are when nobody said: they have the budget of all, and none of their own."""

_BUDGET: Final = re.compile(r"\s*(?P<name>[\w .:/-]*\w)\s*=\s*(?P<dollars>\d+(\.\d+)?)\s*")

_MEANING: Final = "US dollars that may be spent a day"


def group(config: Config) -> Group:
    return Group(
        subject="budgets",
        source="recordings",
        interval="1m",
        rules=(*teams(config), *features(config)),
    )


def teams(config: Config) -> tuple[Recording, ...]:
    """Return the rules of one series: budgets by name, then that of every other team."""
    own = named("team_budgets", config.team_budgets)
    spent = hourly.team_cost(config)
    return tuple(_budgets(TEAM, own, spent, config.team_daily_budget_usd))


def features(config: Config) -> tuple[Recording, ...]:
    """Return the same of features."""
    own = named("feature_budgets", config.feature_budgets)
    spent = hourly.feature_cost(config)
    return tuple(_budgets(FEATURE, own, spent, config.feature_daily_budget_usd))


def named(knob: str, setting: str) -> Mapping[str, float]:
    """Return the budgets of a setting such as `search=80,office=20`."""
    found: dict[str, float] = {}
    for part in filter(None, setting.split(",")):
        if not (budget := _BUDGET.fullmatch(part)):
            raise ConfigError(
                f"{knob}={setting!r}: {part!r} is no budget; expected NAME=DOLLARS,"
                " such as search=80,office=20"
            )
        found[budget["name"]] = float(budget["dollars"])
    return found


def _budgets(
    level: Level, own: Mapping[str, float], spent: Recording, budget: float
) -> Iterator[Recording]:
    name = level.named("llm_budget_usd", "daily")
    (label,) = level.labels
    for owner, amount in own.items():
        yield Recording(
            name=name,
            labels=level.labels,
            expression=history.constant(amount),
            meaning=_MEANING,
            marked={label: owner},
        )
    others = Matcher(label, "!~", "|".join((*_NOBODY[level], *own)))
    yield Recording(
        name=name,
        labels=level.labels,
        # The hours of the window are whole ones: until the first has passed, only now is known.
        expression=history.constant(
            budget,
            promql.any_of(history.now(spent, others), history.highest_over(spent, MONTH, others)),
        ),
        meaning=_MEANING,
    )
