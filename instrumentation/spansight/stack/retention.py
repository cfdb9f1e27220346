"""How long the stores keep what they have, checked before one of them stops at a wrong value."""

import os
import re
from typing import Final

from spansight.conventions.environment import RETENTION
from spansight.errors import ConfigError

_UNITS: Final = {"metrics": "smhdwy", "traces": "smh", "logs": "smhdwy"}
"""What may follow a number: Tempo knows no days."""


def require_durations() -> None:
    """Raise ConfigError for a variable that its store would not understand."""
    for kind, variable in RETENTION.items():
        value = os.environ.get(variable.name)
        if value and not re.fullmatch(rf"([0-9]+[{_UNITS[kind]}])+", value):
            units = ", ".join(_UNITS[kind])
            raise ConfigError(
                f"{variable.name}={value!r}: expected a number and one of {units}, "
                f"such as {variable.default}"
            )
