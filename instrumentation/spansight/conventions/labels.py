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
VARIANT: Final = "variant"
BUCKET: Final = "le"
SEVERITY: Final = "severity"

IDENTITY: Final = (SERVICE, ENVIRONMENT, TEAM, FEATURE)
"""Whose telemetry it is: on every metric."""

CALL: Final = (*IDENTITY, PROVIDER, MODEL, OPERATION)
"""Which call to a model it was: on every metric of an inference span."""

SUCCESS: Final = "success"
ERROR: Final = "error"

NO_FEATURE: Final = "none"
UNKNOWN: Final = "unknown"
"""Values of `feature`, and of `team` and `environment`, when nobody said."""

INPUT: Final = "input"
OUTPUT: Final = "output"
"""Values of `direction`."""

FAITHFULNESS: Final = "faithfulness"
"""Value of `evaluation`: is every claim of the answer supported by the context?"""
