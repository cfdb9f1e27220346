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

RETENTION: Final = {
    "metrics": Variable("SPANSIGHT_METRICS_RETENTION", "90d", "how long Prometheus keeps samples"),
    "traces": Variable(
        "SPANSIGHT_TRACES_RETENTION", "336h", "how long Tempo keeps traces; it knows no days"
    ),
    "logs": Variable(
        "SPANSIGHT_LOGS_RETENTION", "336h", "how long Loki keeps prompts, answers and evaluations"
    ),
}

GRAFANA_PASSWORD: Final = Variable(
    "GRAFANA_ADMIN_PASSWORD", "", "the password of Grafana's user `admin`; Docker requires one"
)

COMMAND_LINE: Final = (CACHE, *BINARIES.values(), *RETENTION.values(), GRAFANA_PASSWORD)
ALL: Final = (*INSTRUMENTATION, *COMMAND_LINE)
