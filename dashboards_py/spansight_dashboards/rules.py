"""What a rule is: recorded series and alerts, as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from spansight_dashboards.promql import Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A series that Prometheus computes from others, named level:metric:operation."""

    name: str
    labels: tuple[str, ...]
    """Those of `expression`, which remain after it aggregates, and those of `marked`."""
    expression: Expression
    meaning: str = ""
    marked: Mapping[str, str] = field(default_factory=dict[str, str])
    """Labels that this rule adds: several rules can make one series."""

    @property
    def prometheus(self) -> str:
        """The name to query, as of a metric."""
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A condition that a person should know about.

    `summary` and `description` are Prometheus templates; the description names the value, and the
    service and model it belongs to.
    """

    name: str
    expression: Expression
    lasting: str
    """How long the condition holds before anyone is told."""
    severity: Literal["warning", "critical"]
    summary: str
    description: str
    board: str = "overview"
    """Subject of the dashboard to look at first."""
    panel: str
    """Title of the panel there that shows it."""
    chosen: tuple[str, ...] = ()
    """Labels of the alert that are variables of that dashboard: its link chooses them."""
    marked: Mapping[str, str] = field(default_factory=dict[str, str])
    """Labels that this rule adds: several rules can make one alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rules on one subject, evaluated together and in this order."""

    subject: str
    rules: Sequence[Recording | Alert]
    interval: str = ""
    """Prometheus' own evaluation interval when empty."""
    source: Literal["alerts", "recordings"] = "alerts"
    """The package with the module that makes it."""
