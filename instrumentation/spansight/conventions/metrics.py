"""Every metric that the Collector derives, and the Prometheus names that follow from it."""

from dataclasses import dataclass
from typing import Final, Literal

from spansight.conventions import labels

_UNIT_SUFFIXES: Final = {"s": "seconds", "{token}/s": "per_second"}


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric family: its OpenTelemetry name, and from it the names of its Prometheus series."""

    name: str
    unit: str
    """UCUM; a unit in braces is an annotation and leaves no suffix."""
    kind: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    description: str
    buckets: tuple[float, ...] = ()
    """Upper bounds in `unit`, without the infinite one; empty for a counter."""
    exemplars: bool = False

    @property
    def prometheus(self) -> str:
        """The family's Prometheus name: dots become underscores, then unit and type suffixes.

        Source: the OpenTelemetry specification, "Prometheus and OpenMetrics compatibility".
        """
        name = self.name.replace(".", "_")
        suffix = _UNIT_SUFFIXES.get(self.unit, "")
        if suffix:
            name = f"{name}_{suffix}"
        return f"{name}_total" if self.kind == "counter" else name

    @property
    def series(self) -> tuple[str, ...]:
        """The names that can be queried."""
        if self.kind == "histogram":
            return (self.bucket, self.sum, self.count)
        return (self.prometheus,)

    @property
    def bucket(self) -> str:
        """The histogram's bucket series."""
        return f"{self.prometheus}_bucket"

    @property
    def sum(self) -> str:
        """The histogram's sum series."""
        return f"{self.prometheus}_sum"

    @property
    def count(self) -> str:
        """The histogram's count series."""
        return f"{self.prometheus}_count"


REQUEST: Final = Metric(
    "llm.request",
    "{request}",
    "counter",
    (*labels.CALL, labels.STATUS, labels.ERROR_TYPE),
    "calls to a model",
)
LATENCY: Final = Metric(
    "llm.latency",
    "s",
    "histogram",
    (*labels.CALL, labels.STATUS, labels.ERROR_TYPE),
    "duration of a call to a model, retries of the SDK included",
    (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120),
    exemplars=True,
)
TIME_TO_FIRST_TOKEN: Final = Metric(
    "llm.time_to_first_token",
    "s",
    "histogram",
    labels.CALL,
    "time from the request to the first chunk of a streamed answer",
    (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10),
)
TOKENS_PER_SECOND: Final = Metric(
    "llm.output_tokens",
    "{token}/s",
    "histogram",
    labels.CALL,
    "speed of generation",
    (5, 10, 20, 30, 40, 60, 80, 120, 200, 400),
)
TOKENS: Final = Metric(
    "llm.tokens",
    "{token}",
    "counter",
    (*labels.CALL, labels.DIRECTION),
    "tokens used; cached ones are part of input",
)
CACHED_TOKENS: Final = Metric(
    "llm.cached_tokens",
    "{token}",
    "counter",
    (*labels.CALL, labels.KIND),
    "input tokens read from or written to a cache",
)
REASONING_TOKENS: Final = Metric(
    "llm.reasoning_tokens", "{token}", "counter", labels.CALL, "output tokens spent on reasoning"
)
COST: Final = Metric(
    "llm.cost.usd", "{USD}", "counter", (*labels.CALL, labels.COMPONENT), "cost of priced calls"
)
UNPRICED_REQUEST: Final = Metric(
    "llm.unpriced_request",
    "{request}",
    "counter",
    (*labels.CALL, labels.REASON),
    "calls whose cost is unknown",
)
UNPRICED_TOKENS: Final = Metric(
    "llm.unpriced_tokens",
    "{token}",
    "counter",
    (*labels.CALL, labels.REASON),
    "tokens of calls whose cost is unknown",
)
TOOL_LATENCY: Final = Metric(
    "llm.tool_latency",
    "s",
    "histogram",
    (*labels.IDENTITY, labels.TOOL, labels.STATUS),
    "duration of a tool call",
    LATENCY.buckets,
)
AGENT_LATENCY: Final = Metric(
    "llm.agent_latency",
    "s",
    "histogram",
    (*labels.IDENTITY, labels.AGENT, labels.STATUS),
    "duration of an agent invocation",
    (*LATENCY.buckets, 300, 600),
)
RETRIEVAL_LATENCY: Final = Metric(
    "rag.retrieval_latency",
    "s",
    "histogram",
    (*labels.IDENTITY, labels.PIPELINE, labels.STAGE),
    "duration of retrieval and of its steps",
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5),
)
RETRIEVAL_RESULTS: Final = Metric(
    "rag.retrieval_results",
    "{result}",
    "histogram",
    (*labels.IDENTITY, labels.PIPELINE, labels.STAGE),
    "results that retrieval, or a step of it, returned",
    (0, 1, 2, 3, 5, 10, 20, 50, 100),
)
RETRIEVAL_SCORE: Final = Metric(
    "rag.retrieval_score",
    "{score}",
    "histogram",
    (*labels.IDENTITY, labels.PIPELINE, labels.STAGE),
    "mean relevance score of those results; each step has a scale of its own",
    (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1),
)
ANSWER_LATENCY: Final = Metric(
    "llm.answer_latency",
    "s",
    "histogram",
    (*labels.IDENTITY, labels.PIPELINE, labels.STATUS),
    "time from a user's question to the finished answer, retrieval included",
    (0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 120),
)
EVALUATION_SCORE: Final = Metric(
    "llm.evaluation_score",
    "{score}",
    "histogram",
    (
        *labels.IDENTITY,
        labels.EVALUATION,
        labels.EVALUATOR,
        labels.PIPELINE,
        labels.EXPERIMENT,
        labels.VARIANT,
    ),
    "scores from 0 to 1, whoever judged",
    (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1),
)
USER_RATING: Final = Metric(
    "llm.user_rating",
    "{rating}",
    "histogram",
    labels.IDENTITY,
    "ratings by users, from 1 to 5",
    (1, 2, 3, 4, 5),
)
USER_THUMBS: Final = Metric(
    "llm.user_thumbs",
    "{thumb}",
    "counter",
    (*labels.IDENTITY, labels.THUMB),
    "thumbs by users, up or down",
)
CONTENT_CUT: Final = Metric(
    "llm.content_cut",
    "{event}",
    "counter",
    labels.IDENTITY,
    "events whose text was longer than Loki takes, and was cut",
)
EXPERIMENT_LATENCY: Final = Metric(
    "llm.experiment_latency",
    "s",
    "histogram",
    (*labels.IDENTITY, labels.MODEL, labels.EXPERIMENT, labels.VARIANT, labels.STATUS),
    "duration of a call that takes part in an experiment",
    LATENCY.buckets,
)
EXPERIMENT_COST: Final = Metric(
    "llm.experiment_cost.usd",
    "{USD}",
    "counter",
    (*labels.IDENTITY, labels.MODEL, labels.EXPERIMENT, labels.VARIANT),
    "cost of priced calls that take part in an experiment",
)

ALL: Final = (
    REQUEST,
    LATENCY,
    TIME_TO_FIRST_TOKEN,
    TOKENS_PER_SECOND,
    TOKENS,
    CACHED_TOKENS,
    REASONING_TOKENS,
    COST,
    UNPRICED_REQUEST,
    UNPRICED_TOKENS,
    TOOL_LATENCY,
    AGENT_LATENCY,
    RETRIEVAL_LATENCY,
    RETRIEVAL_RESULTS,
    RETRIEVAL_SCORE,
    ANSWER_LATENCY,
    EVALUATION_SCORE,
    USER_RATING,
    USER_THUMBS,
    CONTENT_CUT,
    EXPERIMENT_LATENCY,
    EXPERIMENT_COST,
)

CONTROL_COST: Final = Metric(
    "spansight.control.cost.usd", "{USD}", "counter", (), "cost of priced calls, all of them"
)
CONTROL_TOKENS: Final = Metric(
    "spansight.control.tokens",
    "{token}",
    "counter",
    (labels.DIRECTION,),
    "tokens used, all of them",
)
PRICE_TABLE: Final = Metric(
    "spansight.price_table.timestamp",
    "s",
    "gauge",
    (),
    "day of the price table that priced the last call",
)

CONTROL: Final = (CONTROL_COST, CONTROL_TOKENS, PRICE_TABLE)
"""What the Collector derives to be checked by: sums that no limit on labels can touch."""

DROPPED: Final = Metric(
    "spansight.self.dropped",
    "{record}",
    "counter",
    (*labels.PROCESS, labels.SIGNAL, labels.REASON),
    "spans and events that a process could not deliver, and answers that it could not judge",
)
ERRORS: Final = Metric(
    "spansight.self.errors",
    "{error}",
    "counter",
    (*labels.PROCESS, labels.SITE),
    "errors of the instrumentation that were kept from an application",
)

SELF: Final = (DROPPED, ERRORS)
"""What a process counts about itself and sends as it is; a process without losses sends none."""

WORKER_RUN: Final = Metric(
    "spansight.worker.run",
    "{run}",
    "counter",
    (*labels.PROCESS, labels.WORKER_JOB, labels.STATUS),
    "runs of a worker's job",
)
WORKER_LAST_SUCCESS: Final = Metric(
    "spansight.worker.last_success.timestamp",
    "s",
    "gauge",
    (*labels.PROCESS, labels.WORKER_JOB),
    "when the job last succeeded",
)
WORKER_LAST_FAILURE: Final = Metric(
    "spansight.worker.last_failure.timestamp",
    "s",
    "gauge",
    (*labels.PROCESS, labels.WORKER_JOB),
    "when the job last failed",
)
WORKER_DURATION: Final = Metric(
    "spansight.worker.last_duration",
    "s",
    "gauge",
    (*labels.PROCESS, labels.WORKER_JOB),
    "how long the job's latest run took",
)

WORKER: Final = (WORKER_RUN, WORKER_LAST_SUCCESS, WORKER_LAST_FAILURE, WORKER_DURATION)
"""What a worker says of its jobs."""

FAITHFULNESS: Final = "rag_faithfulness_score"
"""A rule's series, no metric: the rolling mean of the `faithfulness` evaluation."""

FOREIGN: Final = frozenset(
    {
        "up",
        "ALERTS",
        "traces_service_graph_request_total",
        "traces_service_graph_request_failed_total",
        "traces_service_graph_request_server_seconds_bucket",
        "traces_service_graph_request_client_seconds_bucket",
    }
)
"""Series of other systems that our dashboards and rules may query."""
