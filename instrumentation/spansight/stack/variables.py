"""The servers' variables, checked before a server stops at a wrong value and tells only its log."""

import os
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from spansight.conventions.environment import (
    FEATURES,
    METRICS,
    MODELS,
    QUEUE_BYTES,
    RETENTION,
    TEAMS,
    Variable,
)
from spansight.errors import ConfigError

_LARGEST: Final = 2**63 - 1
_LOOKS_AROUND: Final = re.compile(r"\(\?<?[=!]")
_FLAGS: Final = re.compile(r"\(\?[imsU]+\)")
"""May stand anywhere for the Collector, and only in front for Python."""


@dataclass(frozen=True, slots=True)
class _Rule:
    expected: str
    holds: Callable[[str], bool]


def require_known() -> None:
    """Raise ConfigError for a variable that its server would not understand."""
    for variable, rule in _RULES.items():
        value = os.environ.get(variable.name)
        if value and not rule.holds(value):
            raise ConfigError(f"{variable.name}={value!r}: expected {rule.expected}")


def _duration(variable: Variable, units: str) -> _Rule:
    return _Rule(
        f"a number and one of {', '.join(units)}, such as {variable.default}",
        lambda value: re.fullmatch(rf"([0-9]+[{units}])+", value) is not None,
    )


def _is_pattern(value: str) -> bool:
    """Say whether the Collector can read it; Python's expressions are all but the same."""
    if _LOOKS_AROUND.search(value) or not set(value).isdisjoint('\\"\n'):
        return False
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(_FLAGS.sub("", value))
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _is_size(value: str) -> bool:
    return re.fullmatch("[0-9]{1,19}", value) is not None and 0 < int(value) <= _LARGEST


_PATTERN: Final = _Rule(
    "a regular expression such as gpt-4o.*|claude-.*, without backslashes, quotes and looking "
    "around",
    _is_pattern,
)

_RULES: Final[Mapping[Variable, _Rule]] = {
    # Tempo knows no days.
    RETENTION["metrics"]: _duration(RETENTION["metrics"], "smhdwy"),
    RETENTION["traces"]: _duration(RETENTION["traces"], "smh"),
    RETENTION["logs"]: _duration(RETENTION["logs"], "smhdwy"),
    **dict.fromkeys((MODELS, FEATURES, TEAMS, METRICS), _PATTERN),
    QUEUE_BYTES: _Rule("a whole number of bytes above 0", _is_size),
}
