"""What the environment asks of the instrumentation, read once; and the one way to answer it.

A wrong value is one line on stderr naming the value, what was expected and what is used instead.
The application runs whatever it is.
"""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal, Self, cast

from spansight.conventions import environment
from spansight.conventions.environment import Variable

Instrumentor = Literal["official", "openllmetry"]

CHOICE: Final = {"OTEL_PYTHON_DISTRO": "spansight", "OTEL_PYTHON_CONFIGURATOR": "spansight"}
"""What makes OpenTelemetry choose us where other distributions are installed too."""

_DIGITS: Final = 19

_said: Final[set[str]] = set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The instrumentation's settings; the defaults are those of the vocabulary."""

    enabled: bool = False
    instrumentor: Instrumentor = "official"
    captures_content: bool = False
    masks: bool = True
    mask_patterns: str = ""
    content_limit: int = int(environment.CONTENT_LIMIT.default)
    team: str = ""
    feature: str = ""
    stages: str = ""
    evaluate: str = ""
    evaluate_share: float = float(environment.EVALUATE_SHARE.default)
    asks_stream_usage: bool = False
    baggage_hosts: str = environment.BAGGAGE_HOSTS.default
    accepts_baggage: bool = True

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the variables, with a line for each wrong value."""
        return cls(
            enabled=_true(environment.ENABLED, environ),
            instrumentor=cast("Instrumentor", _choice(environment.INSTRUMENTOR, environ)),
            captures_content=_true(environment.CAPTURE_CONTENT, environ),
            masks=_true(environment.MASK, environ),
            mask_patterns=_text(environment.MASK_PATTERNS, environ),
            content_limit=_count(environment.CONTENT_LIMIT, environ),
            team=_text(environment.TEAM, environ),
            feature=_text(environment.FEATURE, environ),
            stages=_text(environment.STAGES, environ),
            evaluate=_text(environment.EVALUATE, environ),
            evaluate_share=_share(environment.EVALUATE_SHARE, environ),
            asks_stream_usage=_true(environment.STREAM_USAGE, environ),
            baggage_hosts=_text(environment.BAGGAGE_HOSTS, environ),
            accepts_baggage=_true(environment.ACCEPT_BAGGAGE, environ),
        )


def say(line: str) -> None:
    """Write one line on stderr, the first time that this process has reason to.

    Not a log record: it is due before the application has set logging up.  A forked worker
    inherits what its parent has said.
    """
    if line in _said:
        return
    _said.add(line)
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison] - pythonw has none
        return
    # A daemon may have closed it, and who reads it may be gone.
    with suppress(OSError, ValueError):
        sys.stderr.write(f"spansight: {line}\n")


def wrong(name: str, value: str, expected: str, instead: str) -> None:
    """Say that a variable's value is wrong."""
    say(f"{name}={value!r}: expected {expected}; using {instead}")


def _text(variable: Variable, environ: Mapping[str, str]) -> str:
    return environ.get(variable.name, "").strip() or variable.default


def _choice(variable: Variable, environ: Mapping[str, str]) -> str:
    value = _text(variable, environ)
    if value.lower() in variable.values:
        return value.lower()
    wrong(variable.name, value, " or ".join(variable.values), variable.default)
    return variable.default


def _true(variable: Variable, environ: Mapping[str, str]) -> bool:
    return _choice(variable, environ) == "true"


def _count(variable: Variable, environ: Mapping[str, str]) -> int:
    value = _text(variable, environ)
    # Of longer numbers Python refuses to make one.
    if value.isdecimal() and len(value) < _DIGITS and int(value):
        return int(value)
    wrong(variable.name, value, "a whole number above 0", variable.default)
    return int(variable.default)


def _share(variable: Variable, environ: Mapping[str, str]) -> float:
    value = _text(variable, environ)
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if 0 <= share <= 1:
        return share
    wrong(variable.name, value, "a share from 0 to 1", variable.default)
    return float(variable.default)
