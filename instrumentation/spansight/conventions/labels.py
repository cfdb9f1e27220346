"""Prometheus label names, and which of them every metric of one kind carries."""

from typing import Final

SERVICE: Final = "service"
ENVIRONMENT: Final = "environment"
TEAM: Final = "team"
FEATURE: Final = "feature"
PROVIDER: Final = "provider"
MODEL: Final = "model"
OPERATION: Final = "operation"
STATUS: Final = "status"
ERROR_TYPE: Final = "error_type"
DIRECTION: Final = "direction"
KIND: Final = "kind"
COMPONENT: Final = "component"
REASON: Final = "reason"
TOOL: Final = "tool"
AGENT: Final = "agent"
PIPELINE: Final = "pipeline"
STAGE: Final = "stage"
EVALUATION: Final = "evaluation"
EVALUATOR: Final = "evaluator"
EXPERIMENT: Final = "experiment"
VARIANT: Final = "variant"
THUMB: Final = "thumb"
SIGNAL: Final = "signal"
SITE: Final = "site"
JOB: Final = "job"
INSTANCE: Final = "instance"
RULE_GROUP: Final = "rule_group"
EXPORTER: Final = "exporter"
PROCESSOR: Final = "processor"
ERROR_KIND: Final = "error"
BUCKET: Final = "le"
SEVERITY: Final = "severity"
WORKER_JOB: Final = "job_name"
"""A worker's job; `job` is Prometheus's own."""

IDENTITY: Final = (SERVICE, ENVIRONMENT, TEAM, FEATURE)
"""Whose telemetry it is: on every metric."""

CALL: Final = (*IDENTITY, PROVIDER, MODEL, OPERATION)
"""Which call to a model it was: on every metric of an inference span."""

PROCESS: Final = (SERVICE, ENVIRONMENT)
"""Whose process it is: on every metric that a process keeps about itself."""

SUCCESS: Final = "success"
ERROR: Final = "error"

NO_FEATURE: Final = "none"
UNKNOWN: Final = "unknown"
"""Values of `feature`, and of `team` and `environment`, when nobody said."""

JUDGING: Final = "evaluation"
"""Value of `feature` of what evaluators spend themselves."""

OTHER: Final = "other"
"""Value of every label that is not allowed, or of all labels of a series that found no room."""

INPUT: Final = "input"
OUTPUT: Final = "output"
"""Values of `direction`."""

TOXICITY: Final = "toxicity"
"""Value of `evaluation`: how abusive is the answer?"""

RELEVANCY: Final = "relevancy"
"""Value of `evaluation`: does the answer take up the question?"""

FAITHFULNESS: Final = "faithfulness"
"""Value of `evaluation`: is every claim of the answer supported by the context?"""

LOWER_IS_BETTER: Final = frozenset({TOXICITY, "noise_ratio", "redundancy"})
"""Values of `evaluation` whose 1 is the worst."""

ANSWERING: Final = "answer"
"""Name of what a run says of the application that it asks: an answer, or why there is none."""

TOTAL: Final = "total"
"""Value of `stage`: the whole of retrieval."""

READ: Final = "read"
"""Value of `kind` of cached tokens: what a cache saved."""

SPANS: Final = "spans"
EVENTS: Final = "events"
ANSWERS: Final = "answers"
"""Values of `signal`; answers are those that wait to be judged in the process."""

QUEUE_FULL: Final = "queue_full"
REFUSED: Final = "refused"
EXPORTER_ERROR: Final = "exporter_error"
MASKING_ERROR: Final = "masking_error"
LATE: Final = "late"
"""Values of `reason` of a dropped record: more came than left; the Collector did not take it, after
every retry; the exporter raised; it could not be masked, and so may not leave; the process ended
before its turn came."""
