"""How far a recorded series is summed up: the first word of its name."""

from dataclasses import dataclass
from typing import Final

from spansight.conventions import labels


@dataclass(frozen=True, slots=True)
class Level:
    """A word, and the labels that remain."""

    name: str
    labels: tuple[str, ...]

    def named(self, what: str, operation: str) -> str:
        """Return the name of a series: level:metric:operation."""
        return f"{self.name}:{what}:{operation}"


CALL: Final = Level("call", (*labels.IDENTITY, labels.PROVIDER, labels.MODEL))
MODEL: Final = Level("model", (labels.SERVICE, labels.ENVIRONMENT, labels.TEAM, labels.MODEL))
SERVICE: Final = Level("service", (labels.SERVICE, labels.ENVIRONMENT, labels.TEAM))
PIPELINE: Final = Level("pipeline", (*SERVICE.labels, labels.PIPELINE))
TEAM: Final = Level("team", (labels.TEAM,))
FEATURE: Final = Level("feature", (labels.FEATURE,))
ALL: Final = Level("all", ())
