"""The environment variables a user sets, each with one meaning and one default."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: what it means and what holds when it is unset."""

    name: str
    default: str
    meaning: str
    values: tuple[str, ...] = ()
    """The closed set of values, compared without case; empty where any text will do."""


BOOLEAN: Final = ("true", "false")

ENABLED: Final = Variable(
    "SPANSIGHT_ENABLED",
    "false",
    "switch instrumentation on in every Python process, without a wrapper",
    BOOLEAN,
)
INSTRUMENTOR: Final = Variable(
    "SPANSIGHT_INSTRUMENTOR",
    "official",
    "which package instruments OpenAI: OpenTelemetry's own, or OpenLLMetry's",
    ("official", "openllmetry"),
)
CAPTURE_CONTENT: Final = Variable(
    "SPANSIGHT_CAPTURE_CONTENT", "false", "send prompts and answers, masked, as log events", BOOLEAN
)
MASK: Final = Variable(
    "SPANSIGHT_MASK",
    "true",
    "mask personal data and secrets before they leave the process",
    BOOLEAN,
)
TEAM: Final = Variable("SPANSIGHT_TEAM", "", "the team of every call that names none")
FEATURE: Final = Variable("SPANSIGHT_FEATURE", "", "the feature of every call that names none")
STAGES: Final = Variable(
    "SPANSIGHT_STAGES",
    "",
    "functions to trace as stages, untouched: `module:function=stage`, separated by commas",
)

INSTRUMENTATION: Final = (ENABLED, INSTRUMENTOR, CAPTURE_CONTENT, MASK, TEAM, FEATURE, STAGES)

CACHE: Final = Variable(
    "SPANSIGHT_CACHE", "~/.cache/spansight", "where built servers, their data and logs live"
)

BINARIES: Final = {
    name: Variable(
        f"SPANSIGHT_{name.upper()}",
        "",
        f"the {name} program to use instead of the one found or built",
    )
    for name in (
        "collector",
        "prometheus",
        "promtool",
        "alertmanager",
        "amtool",
        "loki",
        "tempo",
        "grafana",
    )
}

COMMAND_LINE: Final = (CACHE, *BINARIES.values())
ALL: Final = (*INSTRUMENTATION, *COMMAND_LINE)
