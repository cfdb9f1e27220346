# ruff: noqa: SLF001 - a stand-in works on the state of what it stands in for
# pyright: reportPrivateUsage=false
"""Finishes a call without two things that OpenTelemetry does each time and that come to nothing.

It merges fifty fields that calls inside the call may have told, which they hardly ever do, and
computes what a meter would record, where the meter records nothing.
"""

from importlib import import_module
from typing import Any, Final

from opentelemetry.metrics import NoOpHistogram

from spansight.telemetry import upstream

_MODULE: Final = "opentelemetry.util.genai._inference_invocation"
_BASE: Final = "opentelemetry.util.genai._invocation"

CODE: Final = upstream.Code(
    {
        _BASE: ("_ContextData.merge", "GenAIInvocation._record_client_metrics"),
        _MODULE: (
            "InferenceInvocation.enrich_from_context",
            "InferenceInvocation._apply_finish",
            "InferenceInvocation._get_metric_attributes",
            "InferenceInvocation._get_metric_token_counts",
        ),
    },
    known="ebb07fff90f3ad0f",
)
"""opentelemetry-util-genai 1.3b0."""


def watch() -> None:
    """Shorten the end of calls once there is something to shorten."""
    upstream.once_imported(_MODULE, shorten)


def shorten() -> None:
    """Leave out what comes to nothing."""
    upstream.stand_in("end of a call", CODE, _put)


def _put() -> None:
    module: Any = import_module(_MODULE)
    invocation = module.InferenceInvocation
    untold: Any = module.InferenceData().__dict__
    enrich, record = invocation.enrich_from_context, invocation._record_client_metrics

    def enrich_from_context(self: object, data: object) -> None:
        if vars(data) != untold:
            enrich(self, data)

    def record_client_metrics(self: Any) -> None:  # noqa: ANN401 - upstream's
        if not isinstance(self._instruments.operation_duration, NoOpHistogram):
            record(self)

    invocation.enrich_from_context = enrich_from_context
    invocation._record_client_metrics = record_client_metrics
