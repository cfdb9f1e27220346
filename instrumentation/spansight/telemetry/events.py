"""Log events, joined to the trace they belong to."""

import time
from collections.abc import Mapping
from typing import Final, TypedDict, Unpack, cast

from opentelemetry import trace
from opentelemetry._logs import LogRecord, SeverityNumber, get_logger
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags
from opentelemetry.util.types import AnyValue

from spansight.conventions import attributes, events, labels

_SCOPE: Final = "spansight"


class About(TypedDict, total=False):
    """What else can be said of a score; None says nothing."""

    label: str | None
    explanation: str | None
    pipeline: str | None
    experiment: str | None
    variant: str | None
    response_id: str | None


def evaluation(
    name: str,
    score: float | None,
    *,
    evaluator: attributes.Evaluator,
    context: Context | None = None,
    error_type: str | None = None,
    more: Mapping[str, str] | None = None,
    **about: Unpack[About],
) -> None:
    """Emit a score of the current span, or of the one of a context; `more` are its attributes too.

    Without a score it is a label alone, or an evaluator's failure: no metric counts those.
    `spansight.evals.record` is the one that checks it.
    """
    values: dict[str, AnyValue] = {
        **(more or {}),
        attributes.EVALUATION_NAME: name,
        attributes.EVALUATION_SCORE: None if score is None else float(score),
        attributes.EVALUATION_LABEL: about.get("label"),
        attributes.EVALUATOR: evaluator,
        attributes.PIPELINE: about.get("pipeline"),
        attributes.EXPERIMENT: about.get("experiment"),
        attributes.VARIANT: about.get("variant"),
        attributes.RESPONSE_ID: about.get("response_id"),
        attributes.ERROR_TYPE: error_type,
    }
    said = {key: value for key, value in values.items() if value is not None}
    emit(events.EVALUATION, said, body=about.get("explanation"), context=context)
    if score is not None:
        _remember(goodness(name, float(score)), trace.get_current_span(context))


def goodness(name: str, score: float) -> float:
    """Return a score as one whose 1 is the best, whatever the evaluation's is."""
    return 1 - score if name in labels.LOWER_IS_BETTER else score


def _remember(score: float, span: trace.Span) -> None:
    """Tell the span its worst score while it is open: what samples traces sees no events."""
    if span.is_recording():
        known = cast("Mapping[str, float]", getattr(span, "attributes", None) or {})
        lowest = known.get(attributes.EVALUATION_LOWEST, score)
        span.set_attribute(attributes.EVALUATION_LOWEST, min(score, lowest))


def elsewhere(trace_id: str, span_id: str = "0", parent: Context | None = None) -> Context:
    """Return the context of a span that another process made, or of a trace as a whole."""
    flags = TraceFlags(TraceFlags.SAMPLED)
    there = SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=flags)
    return trace.set_span_in_context(NonRecordingSpan(there), parent)


def emit(
    name: str,
    values: Mapping[str, AnyValue],
    *,
    body: AnyValue = None,
    context: Context | None = None,
    severity: SeverityNumber = SeverityNumber.INFO,
) -> None:
    """Emit one event in the given context, or in the current one."""
    get_logger(_SCOPE).emit(
        LogRecord(
            timestamp=time.time_ns(),
            context=context,
            severity_number=severity,
            body=body,
            attributes=dict(values),
            event_name=name,
        )
    )
