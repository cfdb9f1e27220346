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
MASK_PATTERNS: Final = Variable(
    "SPANSIGHT_MASK_PATTERNS",
    "",
    "a JSON or YAML file of patterns to mask besides the built-in ones",
)
CONTENT_LIMIT: Final = Variable(
    "SPANSIGHT_CONTENT_LIMIT",
    "65536",
    "the most characters of prompts and answers in one event; the longest texts are cut to fit",
)
TEAM: Final = Variable("SPANSIGHT_TEAM", "", "the team of every call that names none")
FEATURE: Final = Variable("SPANSIGHT_FEATURE", "", "the feature of every call that names none")
USER_KEY: Final = Variable(
    "SPANSIGHT_USER_KEY",
    "",
    "the secret that users' ids are hashed with; when unset, each process makes its own",
)
BAGGAGE_HOSTS: Final = Variable(
    "SPANSIGHT_BAGGAGE_HOSTS",
    "private",
    "hosts that the context is sent to with requests: names, `.suffixes`, `private`, or `none`",
)
ACCEPT_BAGGAGE: Final = Variable(
    "SPANSIGHT_ACCEPT_BAGGAGE",
    "true",
    "take the context from incoming requests; false where strangers send them",
    BOOLEAN,
)
STAGES: Final = Variable(
    "SPANSIGHT_STAGES",
    "",
    "functions to trace as stages, without changing them: `module:function=stage`, separated by"
    " commas",
)

EVALUATE: Final = Variable(
    "SPANSIGHT_EVALUATE",
    "",
    "evaluators of every answer, in the process: `usual`, a name such as `toxicity`, or a name with"
    " its limit such as `within_latency=5`, separated by commas",
)
EVALUATE_SHARE: Final = Variable(
    "SPANSIGHT_EVALUATE_SHARE", "1", "the share of traces, from 0 to 1, whose answers are evaluated"
)

STREAM_USAGE: Final = Variable(
    "SPANSIGHT_STREAM_USAGE",
    "false",
    "ask the provider for the usage of streams, and hide the chunk that answers",
    BOOLEAN,
)

INSTRUMENTATION: Final = (
    ENABLED,
    INSTRUMENTOR,
    CAPTURE_CONTENT,
    MASK,
    MASK_PATTERNS,
    CONTENT_LIMIT,
    TEAM,
    FEATURE,
    STAGES,
    EVALUATE,
    EVALUATE_SHARE,
    STREAM_USAGE,
    USER_KEY,
    BAGGAGE_HOSTS,
    ACCEPT_BAGGAGE,
)

MODELS: Final = Variable(
    "SPANSIGHT_MODELS",
    "",
    "the models that metrics name, as a regular expression without backslashes; others become"
    " `other`",
)
FEATURES: Final = Variable("SPANSIGHT_FEATURES", "", "the same for features")
TEAMS: Final = Variable("SPANSIGHT_TEAMS", "", "the same for teams")
METRICS: Final = Variable(
    "SPANSIGHT_METRICS",
    "",
    "the names of metrics that applications may send, as such an expression; others are dropped"
    " and counted",
)

QUEUE_BYTES: Final = Variable(
    "SPANSIGHT_QUEUE_BYTES",
    "1073741824",
    "bytes that may wait on disk for each store; when they are used up the Collector refuses, and"
    " senders retry",
)

COLLECTOR: Final = (MODELS, FEATURES, TEAMS, METRICS, QUEUE_BYTES)
"""What the Collector reads."""

JUDGE_MODEL: Final = Variable("SPANSIGHT_JUDGE_MODEL", "", "the model that judges answers")
JUDGE_URL: Final = Variable(
    "SPANSIGHT_JUDGE_URL",
    "",
    "the judge's endpoint, which speaks OpenAI's protocol; when unset `OPENAI_BASE_URL`",
)
JUDGE_KEY: Final = Variable(
    "SPANSIGHT_JUDGE_KEY",
    "",
    "the judge's key; when unset `OPENAI_API_KEY`, but never for an address other than the"
    " application's",
)

EVALUATION: Final = (JUDGE_MODEL, JUDGE_URL, JUDGE_KEY)
"""What evaluations read."""

CACHE: Final = Variable(
    "SPANSIGHT_CACHE", "~/.cache/spansight", "the folder of built servers, their data and logs"
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
        "SPANSIGHT_TRACES_RETENTION", "336h", "how long Tempo keeps traces, in hours"
    ),
    "logs": Variable(
        "SPANSIGHT_LOGS_RETENTION", "336h", "how long Loki keeps prompts, answers and evaluations"
    ),
}

GRAFANA_PASSWORD: Final = Variable(
    "GRAFANA_ADMIN_PASSWORD", "", "the password of Grafana's user `admin`; Docker requires one"
)

GRAFANA_URL: Final = Variable(
    "SPANSIGHT_GRAFANA_URL",
    "http://localhost:3000",
    "the Grafana that `spansight dashboards push` sends boards to",
)
GRAFANA_TOKEN: Final = Variable(
    "SPANSIGHT_GRAFANA_TOKEN",
    "",
    "the token of a service account in that Grafana, with the role Editor",
)

COMMAND_LINE: Final = (
    CACHE,
    *BINARIES.values(),
    *RETENTION.values(),
    GRAFANA_PASSWORD,
    GRAFANA_URL,
    GRAFANA_TOKEN,
)
ALL: Final = (*INSTRUMENTATION, *COLLECTOR, *EVALUATION, *COMMAND_LINE)
