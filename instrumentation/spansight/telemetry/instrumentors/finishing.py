# ruff: noqa: ANN401, SLF001 - a stand-in works on the state of what it stands in for
"""Finishes a call without what OpenTelemetry does each time and what comes to nothing.

It asks every answer by its shape whether it is a raw one; merges fifty fields that calls inside the
call may have told, which they hardly ever do; gathers content for a span, an event and a hook where
nobody wants any; and computes what a meter would record, where the meter records nothing.
"""

from importlib import import_module
from typing import Any, Final

from opentelemetry.metrics import NoOpHistogram

from spansight.telemetry.instrumentors import upstream

_MODULE: Final = "opentelemetry.util.genai._inference_invocation"
_BASE: Final = "opentelemetry.util.genai._invocation"
_PATCH: Final = "opentelemetry.instrumentation.genai.openai.patch"

CODE: Final = upstream.Code(
    {
        _BASE: (
            "_ContextData.merge",
            "GenAIInvocation.should_capture_content.fget",
            "GenAIInvocation._record_client_metrics",
            "GenAIInvocation._call_completion_hook",
            "get_content_attributes",
        ),
        _MODULE: (
            "InferenceInvocation.enrich_from_context",
            "InferenceInvocation._apply_finish",
            "InferenceInvocation._maybe_create_event",
            "InferenceInvocation._get_message_attributes",
            "InferenceInvocation._get_metric_attributes",
            "InferenceInvocation._get_metric_token_counts",
        ),
    },
    known="96cb4236249e569a",
)
"""opentelemetry-util-genai 1.3b0."""

ANSWERS: Final = upstream.Code({_PATCH: ("_set_response_properties",)}, known="0892ae12637e0f17")
"""opentelemetry-instrumentation-genai-openai 1.3b0."""


def watch() -> None:
    """Shorten the end of calls once there is something to shorten."""
    upstream.once_imported(_MODULE, shorten)
    upstream.once_imported(_PATCH, recognize)


def shorten() -> None:
    """Leave out what comes to nothing."""
    upstream.stand_in("end of a call", CODE, _put)


def recognize() -> None:
    """Tell parsed answers by their class."""
    upstream.stand_in("class of an answer", ANSWERS, _put_classes)


def _put() -> None:
    module: Any = import_module(_MODULE)
    invocation = module.InferenceInvocation
    untold: Any = module.InferenceData().__dict__
    enrich, record = invocation.enrich_from_context, invocation._record_client_metrics
    finish = invocation._apply_finish

    def enrich_from_context(self: object, data: object) -> None:
        if vars(data) != untold:
            enrich(self, data)

    def record_client_metrics(self: Any) -> None:
        if not isinstance(self._instruments.operation_duration, NoOpHistogram):
            record(self)

    def apply_finish(self: Any, error: Any = None) -> None:
        if error is not None or self._emit_event or self.should_capture_content:
            finish(self, error)
            return
        told = self._span_context.get(module.CLIENT_INFERENCE_CONTEXT_KEY)
        if isinstance(told, module.InferenceData):
            self.enrich_from_context(told)
        if self._request_stream is not None:
            self.data.request_stream = self._request_stream
        said = self._get_attributes()
        said.update(self.attributes)
        for known in self._start_attributes:
            said.pop(known, None)
        self.span.set_attributes(said)
        self._record_client_metrics()

    invocation.enrich_from_context = enrich_from_context
    invocation._record_client_metrics = record_client_metrics
    invocation._apply_finish = apply_finish


def _put_classes() -> None:
    from openai.types.chat import ChatCompletion  # noqa: PLC0415 - never before the application

    patch: Any = import_module(_PATCH)
    by_shape: Any = patch.ParsableResponse

    class ByClass(type):
        def __instancecheck__(cls, answer: object) -> bool:
            return not isinstance(answer, ChatCompletion) and isinstance(answer, by_shape)

    patch.ParsableResponse = ByClass("ParsableResponse", (), {})
